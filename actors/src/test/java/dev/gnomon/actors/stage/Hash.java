package dev.gnomon.actors.stage;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Arithmetic of the made-up networks: every number depends on all that went into it, in order. */
final class Hash {

  private Hash() {}

  static long mix(long... values) {
    long hash = 1;
    for (long value : values) {
      hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  static long of(Conditions conditions) {
    return mix(
        conditions.step(),
        conditions.version(),
        Arrays.hashCode(conditions.codes()),
        Arrays.hashCode(conditions.rowCodes()),
        Arrays.hashCode(conditions.rows()));
  }

  /** Whole numbers that a float holds exactly. */
  static float[] floats(long hash, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = mix(hash, i) >>> 40;
    }
    return floats;
  }

  static WeightSet weights(long step, long hash) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("hash", HostTensor.of(new long[] {hash}, 1));
    tensors.put("step", HostTensor.of(new long[] {step}, 1));
    return new WeightSet(tensors);
  }

  static long hash(WeightSet weights) {
    return weights.get("hash").longs()[0];
  }

  static long step(WeightSet weights) {
    return weights.get("step").longs()[0];
  }
}
