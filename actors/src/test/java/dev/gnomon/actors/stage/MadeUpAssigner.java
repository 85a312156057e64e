package dev.gnomon.actors.stage;

import dev.gnomon.actors.assigner.AssignerWork;
import dev.gnomon.model.clustering.CodeBalance;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.NonFiniteLossException;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.VersionSchedule;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;

/** An assigner without a network; of its versions it keeps those that are still in use. */
public final class MadeUpAssigner implements AssignerWork {

  private final Gate gate;
  private final VersionSchedule schedule;
  private final Set<Long> notFinite;
  private final TreeMap<Long, Long> versions = new TreeMap<>();
  private long step;
  private long hash;

  public MadeUpAssigner(Gate gate, VersionSchedule schedule) {
    this(gate, schedule, Set.of());
  }

  /** An assigner whose loss is not finite at those steps. */
  public MadeUpAssigner(Gate gate, VersionSchedule schedule, Set<Long> notFinite) {
    this.notFinite = notFinite;
    this.gate = gate;
    this.schedule = schedule;
    gate.opened();
    keepVersion();
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public AssignerStep step(Taps taps) {
    gate.pass();
    if (taps.step() != step) {
      throw new IllegalArgumentException("taps of another step");
    }
    if (notFinite.contains(step)) {
      throw new NonFiniteLossException("assigner", step, Double.NaN);
    }
    hash = Hash.mix(hash, step, Arrays.hashCode(taps.features()), Arrays.hashCode(taps.codes()));
    step++;
    keepVersion();
    return new AssignerStep(
        taps.step(), hash % 1000, 1, 0.5, new CodeBalance(8, 1, 3, 0), new int[0]);
  }

  @Override
  public void skip() {
    step++;
    keepVersion();
  }

  @Override
  public Conditions conditions(long forStep, long version, float[] features) {
    gate.pass();
    Long kept = versions.get(version);
    if (kept == null) {
      throw new IllegalArgumentException("version " + version + " is not kept at step " + step);
    }
    int code = (int) (Hash.mix(kept, Arrays.hashCode(features)) & 7);
    return new Conditions(
        forStep, version, new int[] {code}, new int[] {code}, Hash.floats(kept + code, 2));
  }

  @Override
  public WeightSet save() {
    return Hash.weights(step, hash);
  }

  @Override
  public void restore(WeightSet saved) {
    step = Hash.step(saved);
    hash = Hash.hash(saved);
    versions.clear();
    keepVersion();
  }

  @Override
  public void close() {
    gate.closed();
  }

  private void keepVersion() {
    if (schedule.publishes(step)) {
      versions.put(step, hash);
    }
    versions.headMap(schedule.oldestNeeded(step)).clear();
  }
}
