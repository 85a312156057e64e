package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.directory;
import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A run in miniature whose messages arrive late, in any order, twice, or not at all until they are
 * repeated: conditions are never older than max-staleness, and every step gets its turn.
 */
class InterleavingsTest {

  @Property(tries = 300)
  void stalenessIsBoundedAndEveryStepIsAdmittedInAnyOrderOfMessages(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 50) int steps,
      @ForAll @IntRange(min = 0, max = 50) int boundary,
      @ForAll @IntRange(min = 1, max = 6) int publishEvery,
      @ForAll @IntRange(min = 0, max = 8) int lead,
      @ForAll @IntRange(min = 1, max = 20) int checkpointEvery) {
    VersionSchedule schedule =
        new VersionSchedule(
            steps, Math.min(boundary, steps), publishEvery, publishEvery - 1 + lead);
    Network run = new Network(seed, schedule, checkpointEvery);
    for (int moves = 0; moves < 5000 + 2000 * steps && !run.finished(); moves++) {
      run.move();
    }
    assertThat(run.finished()).as(run.toString()).isTrue();
  }

  /** Everyone who takes part, what each has heard, and the messages that are under way. */
  private static final class Network {

    private static final int MOST_UNDER_WAY = 40; // beyond, messages only arrive

    private final Random random;
    private final VersionSchedule schedule;
    private final Progress progress;
    private final List<Runnable> underWay = new ArrayList<>();

    private long trained; // by the trainer
    private long trainerBelow; // admitted, as the trainer has heard
    private final Map<Long, Long> conditions = new HashMap<>(); // step to version, at the trainer
    private final NavigableSet<Long> published = new TreeSet<>();

    private long clustered; // by the assigner
    private long teacherBelow;
    private final Set<Long> held = new TreeSet<>(); // versions, at the teacher
    private final Map<Long, Long> made = new HashMap<>(); // step to version, at the teacher

    Network(long seed, VersionSchedule schedule, long checkpointEvery) {
      this.random = new Random(seed);
      this.schedule = schedule;
      this.progress = new Progress(schedule, true, checkpointEvery, 0, new SkippedBatches(0));
      progress.begin(new Recovery(1, Start.fromScratch(), "", List.of(), Map.of()));
      publish();
    }

    boolean finished() {
      return progress.trained() && progress.newest().step() == schedule.steps();
    }

    /** Someone does something, or a message arrives. */
    void move() {
      switch (random.nextInt(underWay.size() < MOST_UNDER_WAY ? 8 : 3)) {
        case 3 -> train();
        case 4 -> cluster();
        case 5 -> makeConditions();
        case 6 -> writeCheckpoint();
        case 7 -> repeat();
        default -> arrive();
      }
    }

    /** A message leaves: one in four is lost, one in four comes twice. */
    private void send(Runnable message) {
      int copies = new int[] {0, 1, 1, 2}[random.nextInt(4)];
      for (int i = 0; i < copies; i++) {
        underWay.add(message);
      }
    }

    private void arrive() {
      if (!underWay.isEmpty()) {
        underWay.remove(random.nextInt(underWay.size())).run();
      }
    }

    private void train() {
      long k = trained;
      if (k >= trainerBelow || schedule.guided(k) && !conditions.containsKey(k)) {
        return;
      }
      assertWithinLead(k);
      if (schedule.guided(k)) {
        assertThat(k - conditions.get(k)).isBetween(0L, (long) schedule.maxStaleness());
        assertThat(conditions.get(k)).isEqualTo(schedule.version(k));
      }
      trained++;
      publish();
      reportTrained();
    }

    private void publish() {
      if (schedule.publishes(trained)) {
        published.add(trained);
        announce(trained);
      }
    }

    private void cluster() {
      if (clustered < trained) {
        clustered++;
        reportClustered();
      }
    }

    /** The teacher, and the assigner that turns its features into codes. */
    private void makeConditions() {
      for (long k = schedule.boundary(); k < teacherBelow; k++) {
        long version = schedule.version(k);
        assertWithinLead(k);
        assertThat(version)
            .as("version of admitted step " + k)
            .isLessThanOrEqualTo(Math.max(schedule.boundary(), done()));
        if (!made.containsKey(k) && held.contains(version) && clustered >= version) {
          made.put(k, version);
          deliver(k, version);
          return;
        }
      }
    }

    /** A checkpoint is whole when the conditions are there that nobody could make again. */
    private void writeCheckpoint() {
      for (long step : progress.awaited()) {
        long from = Math.max(step, schedule.boundary());
        boolean whole = clustered >= step;
        for (long k = from; step < schedule.steps() && k < schedule.firstRemade(step); k++) {
          whole &= made.containsKey(k);
        }
        if (whole) {
          send(() -> progress.written(step, directory(step), ""));
        }
      }
    }

    /** Whoever waits long enough says again what it said, or is asked again. */
    private void repeat() {
      switch (random.nextInt(5)) {
        case 0 -> reportTrained();
        case 1 -> reportClustered();
        case 2 -> published.tailSet(schedule.oldestNeeded(done())).forEach(this::announce);
        case 3 -> {
          if (made.containsKey(trained)) {
            deliver(trained, made.get(trained));
          }
        }
        default -> admit();
      }
    }

    private void reportTrained() {
      long last = trained - 1;
      if (last >= 0) {
        send(() -> report(Role.TRAINER, last));
      }
    }

    private void reportClustered() {
      long last = clustered - 1;
      if (last >= 0) {
        send(() -> report(Role.ASSIGNER, last));
      }
    }

    private void report(Role role, long step) {
      progress.stepDone(new StepDone(lineage(1), role, step, Map.of()));
      admit();
    }

    private void admit() {
      long below = progress.admitted();
      send(() -> trainerBelow = Math.max(trainerBelow, below));
      send(() -> teacherBelow = Math.max(teacherBelow, below));
    }

    private void announce(long version) {
      send(() -> held.add(version));
    }

    private void deliver(long step, long version) {
      send(() -> conditions.put(step, version));
    }

    /** Steps that trainer and assigner have done in truth, whoever knows of it. */
    private long done() {
      return Math.min(trained, clustered);
    }

    private void assertWithinLead(long step) {
      assertThat(step - done()).as("steps ahead").isLessThanOrEqualTo(schedule.lead());
    }

    @Override
    public String toString() {
      return "%s: trained %d of %d admitted (%d, %d heard of), clustered %d, awaited %s"
          .formatted(
              schedule,
              trained,
              progress.admitted(),
              trainerBelow,
              teacherBelow,
              clustered,
              progress.awaited());
    }
  }
}
