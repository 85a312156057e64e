package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.directory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointNow;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.EvaluateNow;
import dev.gnomon.protocol.Pause;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Stop;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a run as operators wish. */
class RunWishesTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void aPauseAdmitsNothingFurtherUntilItIsOver() {
    stage.running();
    stage.logged("event=paused step=0", () -> stage.coordinator.tell(new Pause()));
    stage.coordinator.tell(new Pause());
    assertThat(stage.status().phase()).isEqualTo("paused");
    stage.steps(1, 0, 2);
    stage.status();
    for (int i = 0; i < 4; i++) {
      assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(2);
    }
    stage.logged("event=continued step=2", () -> stage.coordinator.tell(new Continue()));
    Admit admit = stage.next(stage.trainer, Admit.class);
    while (admit.below() == 2) {
      admit = stage.next(stage.trainer, Admit.class);
    }
    assertThat(admit.below()).isEqualTo(4);
    stage.coordinator.tell(new Continue());
    assertThat(stage.status().phase()).isEqualTo("running");
  }

  @Test
  void aCheckpointThatIsOrderedIsCutWhereTheTrainerHearsOfItInTimeEvenWhilePaused() {
    stage.running();
    stage.coordinator.tell(new Pause());
    stage.logged(
        "event=checkpoint-ordered step=3", () -> stage.coordinator.tell(new CheckpointNow()));
    CheckpointAt cut = stage.next(stage.trainer, CheckpointAt.class);
    while (cut.step() != 3) {
      cut = stage.next(stage.trainer, CheckpointAt.class);
    }
    stage.steps(1, 0, 2);
    Admit admit = stage.next(stage.trainer, Admit.class);
    while (admit.below() < 3) {
      admit = stage.next(stage.trainer, Admit.class);
    }
    stage.steps(1, 2, 3);
    assertThat(stage.status().versions().admitted()).isEqualTo(3); // and no step more
  }

  @Test
  void anEvaluationThatIsOrderedTakesTheNewestCheckpoint() {
    stage.running();
    stage.coordinator.tell(new EvaluateNow());
    stage.none(stage.scorer, Evaluate.class);
    stage.steps(1, 0, 5);
    stage.written(1, 4);
    stage.coordinator.tell(new EvaluateNow());
    assertThat(stage.next(stage.scorer, Evaluate.class).step()).isEqualTo(4);
  }

  @Test
  void aStopWritesALastCheckpointAndEndsTheRun() throws Exception {
    stage.running();
    stage.steps(1, 0, 5);
    stage.logged("event=stopping checkpoint=8", () -> stage.coordinator.tell(new Stop()));
    stage.coordinator.tell(new Stop());
    stage.steps(1, 5, 8);
    stage.written(1, 8);
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(summary.checkpoint()).contains(Path.of(directory(8)));
    stage.none(stage.scorer, Evaluate.class);
  }

  @Test
  void aStopThatTakesTooLongEndsTheRunWithoutACheckpoint() throws Exception {
    stage.running();
    stage.coordinator.tell(new Stop());
    stage.status();
    stage.time.timePasses(Duration.ofSeconds(60));
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(summary.cause()).isEqualTo("the stop took too long");
    assertThat(summary.checkpoint()).isEmpty();
  }

  @Test
  void aStopWhileSomeoneIsMissingEndsTheRunAtOnce() throws Exception {
    stage.open().enterCheckpointer().await("waiting");
    stage.coordinator.tell(new Stop());
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.STOPPED);
    stage.coordinator.tell(new Stop());
    assertThat(stage.status().phase()).isEqualTo("done");
  }

  @Test
  void aRunThatFailsWhileItStopsIsStopped() throws Exception {
    stage.running();
    stage.coordinator.tell(new Stop());
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.STOPPED);
  }
}
