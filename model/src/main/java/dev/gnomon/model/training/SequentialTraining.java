package dev.gnomon.model.training;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Algorithm 1 of the paper (METHOD 1.5) as one loop on one thread, with the conditions of step k
 * taken from version j(k). It is the oracle: when the actors and this loop disagree, the actors are
 * wrong.
 */
public final class SequentialTraining implements AutoCloseable {

  private final TrainingSettings settings;
  private final VersionSchedule schedule;
  private final LongFunction<ImageBatch> batches;
  private final boolean bootstrap;
  private final TrunkState trunk;
  private final Optional<TeacherState> teacher;
  private final Optional<AssignerState> assigner;
  private final TreeMap<Long, WeightSet> versions = new TreeMap<>();
  private final TreeMap<Long, Conditions> conditions = new TreeMap<>();

  /** Both halves of a checkpoint; the assigner's is absent without one. */
  public record Halves(WeightSet trunk, Optional<WeightSet> assigner) {}

  /** One step: the trunk's and, with an assigner, its own. */
  public record Step(TrunkStep trunk, Optional<AssignerStep> assigner, Conditions conditions) {}

  /** A run from the seed. {@code batches} gives batch k. */
  public SequentialTraining(
      ComputeDevice device, TrainingSettings settings, LongFunction<ImageBatch> batches) {
    this(device, settings, batches, StepDraws.seeded(settings));
  }

  /** A run on given draws. */
  public SequentialTraining(
      ComputeDevice device,
      TrainingSettings settings,
      LongFunction<ImageBatch> batches,
      StepDraws draws) {
    this.settings = settings;
    this.schedule = settings.schedule();
    this.batches = batches;
    this.bootstrap = settings.condition().source().learnsCodes();
    this.trunk = new TrunkState(device, settings, draws);
    this.teacher =
        bootstrap ? Optional.of(new TeacherState(device, settings, draws)) : Optional.empty();
    this.assigner = bootstrap ? Optional.of(new AssignerState(device, settings)) : Optional.empty();
    publish();
  }

  /** Steps done. */
  public long step() {
    return trunk.step();
  }

  /** Trains the next step. */
  public Step next() {
    long k = trunk.step();
    ImageBatch batch = batches.apply(k);
    Conditions given = conditions(batch);
    TrunkStep trunkStep = trunk.step(batch, given);
    Optional<AssignerStep> assignerStep =
        trunkStep.taps().map(taps -> assigner.orElseThrow().step(taps));
    conditions.remove(k);
    publish();
    return new Step(trunkStep, assignerStep, given);
  }

  /**
   * Leaves the next step out: it is counted and versions are published as ever, but its batch
   * trains nothing.
   */
  public void skip() {
    conditions.remove(trunk.step());
    trunk.skip();
    assigner.ifPresent(AssignerState::skip);
    publish();
  }

  /** Trains until {@code done} steps are done. */
  public void runTo(long done) {
    runTo(done, Set.of());
  }

  /** Trains until {@code done} steps are done, of which those of {@code skipped} are left out. */
  public void runTo(long done, Set<Long> skipped) {
    while (trunk.step() < done) {
      if (skipped.contains(trunk.step())) {
        skip();
      } else {
        next();
      }
    }
  }

  private Conditions conditions(ImageBatch batch) {
    long k = batch.step();
    return switch (settings.condition().source()) {
      case NONE -> Conditions.none(k);
      case LABELS -> Conditions.codes(k, batch.labels());
      case KMEANS, EXTERNAL -> Conditions.codes(k, batch.codes());
      case BOOTSTRAP, BOOTSTRAP_PATCH ->
          schedule.guided(k)
              ? conditions.computeIfAbsent(k, step -> assigned(batch))
              : Conditions.none(k);
    };
  }

  private Conditions assigned(ImageBatch batch) {
    long version = schedule.version(batch.step());
    TeacherState state = teacher.orElseThrow();
    if (state.version() != version) {
      state.load(version, versions.get(version));
    }
    return assigner.orElseThrow().conditions(batch.step(), version, state.features(batch));
  }

  private void publish() {
    if (bootstrap && schedule.publishes(trunk.step())) {
      versions.put(trunk.step(), trunk.version());
    }
    Map<Long, WeightSet> unused = versions.headMap(schedule.oldestNeeded(trunk.step()));
    unused.values().forEach(WeightSet::release);
    unused.clear();
  }

  /**
   * Both halves after {@link #step()} steps, as a checkpoint holds them: with the conditions of the
   * steps to come whose versions are older than the checkpoint.
   */
  public Halves save() {
    long k = trunk.step();
    List<Conditions> pending = new ArrayList<>();
    if (bootstrap) {
      for (long m = Math.max(k, schedule.boundary()); m < schedule.firstRemade(k); m++) {
        ImageBatch batch = batches.apply(m);
        pending.add(conditions.computeIfAbsent(m, step -> assigned(batch)));
      }
    }
    return new Halves(
        PendingConditions.with(trunk.save(), pending), assigner.map(AssignerState::save));
  }

  /** Starts from given weights instead of random ones, by the names of the state dict. */
  public void initialize(WeightSet weights) {
    trunk.initialize(weights);
    assigner.ifPresent(state -> state.initialize(weights));
    teacher.ifPresent(TeacherState::forget);
    publish();
  }

  /** Takes up a checkpoint. */
  public void restore(Halves halves) {
    trunk.restore(halves.trunk());
    assigner.ifPresent(state -> state.restore(halves.assigner().orElseThrow()));
    teacher.ifPresent(TeacherState::forget);
    versions.clear();
    conditions.clear();
    PendingConditions.in(halves.trunk()).forEach(given -> conditions.put(given.step(), given));
    publish();
  }

  @Override
  public void close() {
    trunk.close();
    teacher.ifPresent(TeacherState::close);
    assigner.ifPresent(AssignerState::close);
  }
}
