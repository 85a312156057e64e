package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a run in which a loss is not finite. */
class RunLossTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private void lost(long lineage, Role role, long step) {
    String half = role.wireName();
    stage.coordinator.tell(
        new LossNotFinite(
            lineage(lineage), role, step, half + " NaN", new long[] {step, step + 100}));
  }

  private static Skipped skipped(String half, long step) {
    return new Skipped(step, "%s NaN (image ids %d %d)".formatted(half, step, step + 100));
  }

  @Test
  void theRunGoesBackToTheNewestCheckpointAndOnWithoutThatBatch() {
    stage.running();
    stage.steps(1, 0, 4);
    stage.written(1, 4);
    stage.steps(1, 4, 6);
    stage.files.recoveries.add(RunStage.from(4));

    stage.logged(
        "event=batch-skipped actor=trainer step=6 cause=\"trainer NaN\" images=\"6 106\""
            + " attempt=1/3 weights=4 lost=2",
        () -> lost(1, Role.TRAINER, 6));

    for (var probe : List.of(stage.trainer, stage.assigner, stage.checkpointer)) {
      Start start = stage.begin(probe, 2).start();
      assertThat(start.step()).isEqualTo(4);
      assertThat(start.skipped()).containsExactly(skipped("trainer", 6));
    }
  }

  @Test
  void aTrainersLossWaitsUntilTheAssignerHasDoneAllStepsBeforeIt() {
    stage.running();
    stage.steps(1, 0, 5);
    stage.trained(1, 5);
    lost(1, Role.TRAINER, 6);
    stage.tick();
    stage.none(stage.trainer, Halt.class);
    assertThat(stage.status().lineage()).isEqualTo(1);

    stage.logged("event=batch-skipped actor=trainer step=6", () -> stage.clustered(1, 5));

    assertThat(stage.begin(stage.trainer, 2).start().skips(6)).isTrue();
  }

  @Test
  void anAssignersLossOfAnEarlierStepComesFirst() {
    stage.running();
    stage.steps(1, 0, 5);
    stage.trained(1, 5);
    lost(1, Role.TRAINER, 6);

    stage.logged("event=batch-skipped actor=assigner step=5", () -> lost(1, Role.ASSIGNER, 5));

    assertThat(stage.begin(stage.assigner, 2).start().skipped())
        .containsExactly(skipped("assigner", 5));
  }

  @Test
  void whoSaysThatALossIsNotFiniteHasDoneTheStepsBeforeIt() {
    stage.running();
    stage.clustered(1, 2); // and what the trainer said of its steps is lost
    stage.logged("event=batch-skipped actor=trainer step=3", () -> lost(1, Role.TRAINER, 3));
    assertThat(stage.files.kept).containsExactly("step 1", "step 2", "step 3");
  }

  @Test
  void whatIsSaidTwiceOrLateSkipsOneBatch() {
    stage.running();
    stage.steps(1, 0, 2);
    for (int i = 0; i < 3; i++) {
      lost(1, Role.TRAINER, 2);
    }
    stage.begin(2);
    lost(1, Role.TRAINER, 2);
    lost(1, Role.ASSIGNER, 1);
    stage.tick();
    assertThat(stage.status().lineage()).isEqualTo(2);
    assertThat(stage.heard.events).filteredOn(line -> line.contains("batch-skipped")).hasSize(1);
  }

  @Test
  void aStepThatTrainsNothingIsKeptWithTheReason() {
    stage.running();
    stage.steps(1, 0, 2);
    lost(1, Role.TRAINER, 2);
    stage.begin(2);
    stage.files.kept.clear();
    stage.steps(2, 0, 4);
    stage.status();
    assertThat(stage.files.kept)
        .containsExactly(
            "step 1", "step 2", "step 3 skipped: " + skipped("trainer", 2).reason(), "step 4");
  }

  @Test
  void oneMoreThanIsAllowedStopsTheRunNamingStepAndImages() throws Exception {
    stage.running("gnomon.restart.skipped-batches=1");
    stage.steps(1, 0, 2);
    lost(1, Role.TRAINER, 2);
    stage.begin(2);
    stage.steps(2, 0, 5);

    stage.logged(
        "event=given-up actor=assigner step=5 cause=\"assigner NaN\" images=\"5 105\" attempt=2/1",
        () -> lost(2, Role.ASSIGNER, 5));

    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(summary.cause())
        .isEqualTo(
            "step 5: assigner NaN (image ids 5 105);"
                + " batches skipped before it: 1, gnomon.restart.skipped-batches = 1");
    assertThat(summary.restarts()).isZero();
    stage.next(stage.trainer, Halt.class);
  }

  @Test
  void whatACheckpointSaysIsSkippedCountsToo() throws Exception {
    stage.files.recoveries.add(
        new Recovery(
            0,
            new Start(8, RunStage.directory(8), List.of(), List.of(skipped("trainer", 3))),
            "digest",
            List.of(),
            Map.of()));
    stage.running("gnomon.restart.skipped-batches=1");
    lost(1, Role.TRAINER, 8);
    assertThat(stage.finished().cause()).startsWith("step 8: trainer NaN (image ids 8 108)");
  }

  @Test
  void operatorsMayAllowMoreWhileTheRunGoesOn() {
    stage.running("gnomon.restart.skipped-batches=0");
    stage.steps(1, 0, 2);
    stage.wish(new Change(List.of("gnomon.restart.skipped-batches=1")));
    lost(1, Role.TRAINER, 2);
    assertThat(stage.begin(stage.trainer, 2).start().skips(2)).isTrue();
  }

  @Test
  void aRunThatIsToldToStopDoesSoInsteadOfGoingBack() throws Exception {
    stage.running();
    stage.steps(1, 0, 2);
    stage.wish(new dev.gnomon.protocol.Stop());
    lost(1, Role.TRAINER, 2);
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(summary.cause()).contains("after a failure");
  }

  @Test
  void aTeacherThatComesLaterHearsOfItAsAllDo() {
    stage.running();
    stage.steps(1, 0, 2);
    lost(1, Role.TRAINER, 2);
    Begin begin = stage.begin(stage.teacher, 2);
    assertThat(begin.start().skips(2)).isTrue();
  }
}
