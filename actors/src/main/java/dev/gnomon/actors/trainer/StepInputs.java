package dev.gnomon.actors.trainer;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.VersionSchedule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the next steps train on. Step k may start when it is admitted and its batch and conditions
 * are there; steps start in order, each once. Whatever comes twice, or late, is of no effect.
 */
final class StepInputs {

  /** What one step trains on. */
  record Ready(ImageBatch batch, Conditions conditions) {}

  private final Source source;
  private final VersionSchedule schedule;
  private final SortedMap<Long, ImageBatch> batches = new TreeMap<>();
  private final SortedMap<Long, Conditions> conditions = new TreeMap<>();
  private long next;
  private long admitted;

  /** Inputs of the steps from {@code next} on; none is admitted yet. */
  StepInputs(Source source, VersionSchedule schedule, long next) {
    this.source = source;
    this.schedule = schedule;
    this.next = next;
  }

  /** The step that starts next. */
  long next() {
    return next;
  }

  /** Steps below {@code below} may start. */
  void admit(long below) {
    admitted = Math.max(admitted, Math.min(below, schedule.steps()));
  }

  void accept(ImageBatch batch) {
    if (batch.step() >= next && batch.step() < schedule.steps()) {
      batches.putIfAbsent(batch.step(), batch);
    }
  }

  /** Takes conditions; whether they are of a step to come, of its version, and come once. */
  boolean accept(Conditions given) {
    long step = given.step();
    return needsConditions(step)
        && step >= next
        && step < schedule.steps()
        && given.version() == schedule.version(step)
        && conditions.putIfAbsent(step, given) == null;
  }

  /** Whether conditions of that step come from the teacher. */
  boolean needsConditions(long step) {
    return source.learnsCodes() && schedule.guided(step);
  }

  /** Conditions that wait for their step. */
  Collection<Conditions> conditions() {
    return List.copyOf(conditions.values());
  }

  /** Batches that wait for their step. */
  int batches() {
    return batches.size();
  }

  /** Whether there is a next step, and it is not admitted. */
  boolean isHeld() {
    return next >= admitted && next < schedule.steps();
  }

  /** Which of the next {@code ahead} admitted steps have no batch. */
  List<Long> missingBatches(int ahead) {
    List<Long> missing = new ArrayList<>();
    for (long step = next; step < Math.min(admitted, next + ahead); step++) {
      if (!batches.containsKey(step)) {
        missing.add(step);
      }
    }
    return missing;
  }

  /** The next step, if it is admitted and waits for conditions. */
  OptionalLong missingConditions() {
    return next < admitted && needsConditions(next) && !conditions.containsKey(next)
        ? OptionalLong.of(next)
        : OptionalLong.empty();
  }

  /** Whether the next step can start. */
  boolean isReady() {
    return next < admitted && batches.containsKey(next) && missingConditions().isEmpty();
  }

  /** Starts the next step: gives what it trains on and goes on to the one after it. */
  Ready take() {
    if (!isReady()) {
      throw new IllegalStateException("step " + next + " can not start yet");
    }
    ImageBatch batch = batches.remove(next);
    Conditions given =
        switch (source) {
          case NONE -> Conditions.none(next);
          case LABELS -> Conditions.codes(next, batch.labels());
          case KMEANS, EXTERNAL -> Conditions.codes(next, batch.codes());
          case BOOTSTRAP, BOOTSTRAP_PATCH ->
              needsConditions(next) ? conditions.remove(next) : Conditions.none(next);
        };
    next++;
    return new Ready(batch, given);
  }
}
