package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.directory;
import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.actors.node.Services;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.Start;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a run ends: with its last checkpoint, and the scores that lack. */
class RunEndTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private void scored(long number, long step, double distance) {
    stage.coordinator.tell(new Scored(lineage(number), step, Map.of("fd", distance), List.of()));
  }

  private void notWritten(long step) {
    stage.coordinator.tell(new CheckpointFailed(lineage(1), step, "no space left"));
  }

  @Test
  void theRunIsDoneWhenTheLastCheckpointAndItsScoresAreThere() throws Exception {
    stage.running();
    stage.steps(1, 0, 20);
    assertThat(stage.status().phase()).isEqualTo("finishing");
    stage.written(1, 20);
    assertThat(stage.status().phase()).isEqualTo("finishing");
    stage.logged("event=over outcome=done step=20 of=20", () -> scored(1, 20, 3.5));
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.DONE);
    assertThat(summary.step()).isEqualTo(20);
    assertThat(summary.digest()).isEqualTo("digest-20");
    assertThat(summary.checkpoint()).contains(Path.of(directory(20)));
    assertThat(summary.scores()).containsEntry("fd", 3.5);
    assertThat(summary.measures()).containsKey("loss");
    for (var probe : List.of(stage.trainer, stage.teacher, stage.assigner, stage.scorer)) {
      assertThat(stage.next(probe, Halt.class).lineage()).isEqualTo(lineage(1));
    }
  }

  @Test
  void aRunThatNobodyComesToScoreSaysSoAndIsDoneAllTheSame() throws Exception {
    stage.running("gnomon.deadlines.evaluator=6s");
    stage.evaluator.stop();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.steps(1, 9, 20);
    for (int i = 0; i < 9; i++) {
      stage.tick(); // whose last checkpoint is not written yet
    }
    stage.written(1, 20);
    for (int i = 0; i < 3; i++) {
      stage.tick();
    }
    assertThat(stage.status().phase()).isEqualTo("finishing");
    assertThat(stage.status().waits())
        .anyMatch(wait -> wait.forWhat().equals("evaluator") && wait.actor().equals("coordinator"));
    stage.logged(
        "event=not-scored step=20 checkpoint=%s lacking=\\S*evaluator.* remedy=\"launch/gnomon evaluate .*"
            .formatted(directory(20)),
        stage::tick);
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.DONE);
    assertThat(summary.scores()).isEmpty();
  }

  @Test
  void anEvaluatorThatComesWithinThatTimeScoresTheLastCheckpoint() throws Exception {
    stage.running("gnomon.deadlines.evaluator=6s");
    stage.evaluator.stop();
    stage.steps(1, 0, 20);
    stage.written(1, 20);
    for (int i = 0; i < 3; i++) {
      stage.tick();
    }
    TestProbe<EvaluatorMessage> late = stage.kit.createTestProbe("late");
    stage.kit.system().receptionist().tell(Receptionist.register(Services.EVALUATOR, late.ref()));
    stage.next(late, Begin.class);
    for (int i = 0; i < 9; i++) {
      stage.tick(); // it takes its time
    }
    assertThat(stage.status().phase()).isEqualTo("finishing");
    scored(1, 20, 3.5);
    assertThat(stage.finished().scores()).containsEntry("fd", 3.5);
  }

  @Test
  void theLastCheckpointIsAskedForUntilItIsThere() {
    stage.running();
    stage.steps(1, 0, 20);
    stage.tick();
    CheckpointAt last = stage.next(stage.trainer, CheckpointAt.class);
    while (last.step() < 20) {
      last = stage.next(stage.trainer, CheckpointAt.class);
    }
    stage.none(stage.checkpointer, CheckpointAbandoned.class);
    stage.tick();
    last = stage.next(stage.trainer, CheckpointAt.class);
    while (last.step() < 20) {
      last = stage.next(stage.trainer, CheckpointAt.class);
    }
  }

  @Test
  void aRunWhoseLastCheckpointCanNotBeWrittenFails() throws Exception {
    stage.running();
    stage.steps(1, 0, 20);
    stage.written(1, 16);
    for (int i = 0; i < 3; i++) {
      notWritten(20);
    }
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(summary.cause()).contains("last checkpoint").contains("no space left");
    assertThat(summary.checkpoint()).contains(Path.of(directory(16)));
  }

  @Test
  void aRunThatIsDoneAlreadyOnlyTakesTheScoresThatLack() throws Exception {
    stage.files.recoveries.add(RunStage.from(20));
    stage.running();
    assertThat(stage.next(stage.scorer, Evaluate.class).step()).isEqualTo(20);
    scored(1, 20, 1);
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.DONE);
    assertThat(stage.heard.steps).isEmpty();
  }

  @Test
  void scoresThatAreKnownAreNotTakenAgain() throws Exception {
    stage.files.recoveries.add(
        new Recovery(
            0,
            new Start(20, directory(20), List.of()),
            "digest-20",
            List.of(),
            Map.of(20L, Map.of("fd", 4.0))));
    stage.open().enter();
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.DONE);
    assertThat(summary.scores()).containsEntry("fd", 4.0);
  }
}
