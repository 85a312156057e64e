package dev.gnomon.model.training;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conditions that were already due at a checkpoint, as part of the trunk's half: they come from
 * versions older than the checkpoint, which nobody could make again after a resume.
 */
public final class PendingConditions {

  private static final String PREFIX = "condition.";

  private PendingConditions() {}

  /** {@code half} with {@code pending} in it, in order of step. */
  public static WeightSet with(WeightSet half, Collection<Conditions> pending) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    pending.stream()
        .sorted((a, b) -> Long.compare(a.step(), b.step()))
        .forEach(
            conditions -> {
              String name = PREFIX + conditions.step();
              tensors.put(name + ".version", HostTensor.of(new long[] {conditions.version()}));
              tensors.put(name + ".codes", integers(conditions.codes()));
              tensors.put(name + ".row_codes", integers(conditions.rowCodes()));
              tensors.put(
                  name + ".rows", HostTensor.of(conditions.rows(), conditions.rows().length));
            });
    return half.with(tensors);
  }

  /** The conditions in {@code half}, in order of step. */
  public static List<Conditions> in(WeightSet half) {
    List<Conditions> pending = new ArrayList<>();
    for (String name : half.names()) {
      if (name.startsWith(PREFIX) && name.endsWith(".version")) {
        String stem = name.substring(0, name.length() - ".version".length());
        pending.add(
            new Conditions(
                Long.parseLong(stem.substring(PREFIX.length())),
                half.get(name).longs()[0],
                integers(half.get(stem + ".codes")),
                integers(half.get(stem + ".row_codes")),
                half.get(stem + ".rows").floats()));
      }
    }
    return pending;
  }

  private static HostTensor integers(int[] values) {
    long[] longs = java.util.Arrays.stream(values).asLongStream().toArray();
    return HostTensor.of(longs, longs.length);
  }

  private static int[] integers(HostTensor tensor) {
    return java.util.Arrays.stream(tensor.longs()).mapToInt(Math::toIntExact).toArray();
  }
}
