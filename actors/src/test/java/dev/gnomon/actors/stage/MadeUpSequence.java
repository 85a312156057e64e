package dev.gnomon.actors.stage;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.PendingConditions;
import dev.gnomon.model.training.TrunkStep;
import dev.gnomon.model.training.VersionSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The made-up networks trained one step after the other by the schedule: what actors must equal.
 */
public final class MadeUpSequence {

  private final VersionSchedule schedule;
  private final MadeUpTrunk trunk = new MadeUpTrunk(Gate.open());
  private final MadeUpTeacher teacher = new MadeUpTeacher(Gate.open());
  private final MadeUpAssigner assigner;
  private final TreeMap<Long, WeightSet> versions = new TreeMap<>();
  private final TreeMap<Long, Conditions> conditions = new TreeMap<>();

  public MadeUpSequence(VersionSchedule schedule) {
    this.schedule = schedule;
    this.assigner = new MadeUpAssigner(Gate.open(), schedule);
    keepVersion();
  }

  /** Steps done. */
  public long step() {
    return trunk.step();
  }

  /** Trains until {@code done} steps are done. */
  public MadeUpSequence to(long done) {
    return to(done, Set.of());
  }

  /** Trains until {@code done} steps are done, without those of {@code skipped}. */
  public MadeUpSequence to(long done, Set<Long> skipped) {
    while (trunk.step() < done) {
      if (skipped.contains(trunk.step())) {
        skip();
      } else {
        next();
      }
    }
    return this;
  }

  /** Trains one step. */
  public TrunkStep next() {
    long k = trunk.step();
    TrunkStep step = trunk.step(MadeUpImages.images(k), conditions(k));
    assigner.step(step.taps().orElseThrow());
    keepVersion();
    return step;
  }

  /** Leaves one step out. */
  public MadeUpSequence skip() {
    trunk.skip();
    assigner.skip();
    keepVersion();
    return this;
  }

  /** Conditions of a step whose version is there. */
  public Conditions conditions(long k) {
    return schedule.guided(k) ? conditions.computeIfAbsent(k, this::assigned) : Conditions.none(k);
  }

  /** Weights of a version that is there. */
  public WeightSet version(long version) {
    return versions.get(version);
  }

  /** The teacher's features of a step whose version is there. */
  public float[] features(long k) {
    ImageBatch batch = MadeUpImages.images(k);
    teacher.load(schedule.version(k), versions.get(schedule.version(k)));
    return teacher.features(batch);
  }

  /** The trunk's half of a checkpoint now. */
  public WeightSet trunkHalf() {
    long k = trunk.step();
    List<Conditions> pending = new ArrayList<>();
    for (long m = Math.max(k, schedule.boundary()); m < schedule.firstRemade(k); m++) {
      pending.add(conditions(m));
    }
    return PendingConditions.with(trunk.save(), pending);
  }

  /** The assigner's half of a checkpoint now. */
  public WeightSet assignerHalf() {
    return assigner.save();
  }

  private Conditions assigned(long k) {
    return assigner.conditions(k, schedule.version(k), features(k));
  }

  private void keepVersion() {
    if (schedule.publishes(trunk.step())) {
      versions.put(trunk.step(), trunk.version());
    }
  }
}
