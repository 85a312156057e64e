package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.directory;
import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final VersionSchedule schedule = new VersionSchedule(40, 8, 4, 7); // L = 4
  private final Progress progress = new Progress(schedule, true, 8, 8, new SkippedBatches(0));

  private void begin(long step) {
    progress.begin(
        new Recovery(
            1,
            new Start(step, step == 0 ? "" : directory(step), List.of(new Segment(1, 0, step))),
            "digest",
            List.of(),
            Map.of()));
  }

  private void train(long steps) {
    progress.stepDone(new StepDone(lineage(1), Role.TRAINER, steps - 1, Map.of()));
    progress.stepDone(new StepDone(lineage(1), Role.ASSIGNER, steps - 1, Map.of()));
  }

  @Test
  void noStepDeadlocksWhereverCheckpointsAndPausesHoldItBack() {
    for (long every = 1; every <= 9; every++) {
      Progress run = new Progress(schedule, true, every, 0, new SkippedBatches(0));
      run.begin(new Recovery(1, Start.fromScratch(), "", List.of(), Map.of()));
      long done = 0;
      while (done < schedule.steps()) {
        long admitted = run.admitted();
        if (admitted == done) { // held back: the oldest checkpoint on its way arrives
          long oldest = run.awaited().get(0);
          // its conditions come from teachers, who are admitted to all of them
          assertThat(admitted).isGreaterThanOrEqualTo(pendingEnd(oldest));
          run.written(oldest, directory(oldest), "");
          continue;
        }
        done++;
        run.stepDone(new StepDone(lineage(1), Role.TRAINER, done - 1, Map.of()));
        run.stepDone(new StepDone(lineage(1), Role.ASSIGNER, done - 1, Map.of()));
        assertThat(run.awaited().size()).isLessThanOrEqualTo(3 + schedule.lead());
      }
    }
  }

  /** Past the last step whose conditions a checkpoint of that step waits for. */
  private long pendingEnd(long step) {
    return step < schedule.boundary() || step >= schedule.steps() ? 0 : schedule.firstRemade(step);
  }

  @Test
  void aTeacherThatJoinsTakesPartFromTheVersionOfTheNextStep() {
    begin(0);
    train(5);
    assertThat(progress.rejoin().step()).isEqualTo(5);
    train(19);
    assertThat(progress.rejoin().step()).isEqualTo(schedule.version(19)).isEqualTo(12);
    assertThat(schedule.firstRemade(12)).isLessThanOrEqualTo(19);
    train(40);
    assertThat(progress.rejoin().step()).isEqualTo(40);
    begin(16);
    train(17);
    assertThat(progress.rejoin().step()).isEqualTo(16); // conditions of 17 are in the checkpoint
  }

  @Test
  void theLastCheckpointIsAwaitedWhereverTheLineageBegan() {
    begin(32);
    assertThat(progress.awaited()).isEmpty();
    train(40);
    assertThat(progress.awaited()).containsExactly(40L);
    assertThat(progress.complete()).isFalse();
    assertThat(progress.notWritten(40)).isTrue();
    assertThat(progress.awaited()).containsExactly(40L);
    assertThat(progress.written(40, directory(40), "d")).isTrue();
    assertThat(progress.awaited()).isEmpty();
    assertThat(progress.notWritten(40)).isFalse();
    assertThat(progress.written(40, directory(40), "d")).isFalse();
  }

  @Test
  void aRunIsCompleteWhenTheLastCheckpointIsScored() {
    begin(32);
    train(40);
    progress.written(40, directory(40), "d");
    progress.offerIfDue();
    assertThat(progress.complete()).isFalse();
    assertThat(progress.scored(32, Map.of("fd", 1.0))).isFalse();
    assertThat(progress.scored(40, Map.of("fd", 1.0))).isTrue();
    assertThat(progress.scored(40, Map.of("fd", 1.0))).isFalse();
    assertThat(progress.complete()).isTrue();
    RunSummary summary =
        progress.summary("run", Outcome.DONE, "", Duration.ZERO, 0, Map.of("loss", 1.0));
    assertThat(summary.scores()).containsEntry("fd", 1.0);
    assertThat(summary.digest()).isEqualTo("d");
  }

  @Test
  void aStopEndsAtACheckpointWhoseConditionsStillCome() {
    begin(0);
    train(18);
    progress.admitted();
    long stop = progress.stop();
    assertThat(stop).isEqualTo(24); // a version begins there
    assertThat(progress.stop()).isEqualTo(24);
    train(24);
    assertThat(progress.admitted()).isEqualTo(schedule.firstRemade(24));
    assertThat(progress.complete()).isFalse();
    progress.written(24, directory(24), "d");
    assertThat(progress.complete()).isTrue();
    assertThat(progress.stopping()).isTrue();
  }

  @Test
  void nothingIsScoredAfterTheScoringEnded() {
    begin(0);
    train(9);
    progress.written(8, directory(8), "d");
    progress.offerIfDue();
    progress.endScoring();
    assertThat(progress.inScoring()).isEmpty();
    progress.offer();
    assertThat(progress.inUse()).isEmpty();
  }

  @Test
  void whatIsThrownAwayIsWhatTheNewestCheckpointLacks() {
    begin(0);
    train(13);
    progress.written(8, directory(8), "d");
    assertThat(progress.lost()).isEqualTo(5);
    assertThat(progress.segments()).containsExactly(new Segment(1, 0, 0), new Segment(1, 0, 13));
  }
}
