package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a run begins: what its folder and its checkpointer say. */
class RunRecoveryTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void checkpointsThatAreSkippedAreToldWithTheReason() {
    stage.files.recoveries.add(
        new Recovery(
            0,
            Start.fromScratch(),
            "",
            List.of(new SkippedCheckpoint("step-8", "trunk.safetensors is cut short")),
            Map.of()));
    stage.logged(
        "event=checkpoint-skipped checkpoint=step-8 reason=\"trunk.safetensors is cut short\"",
        () -> stage.open().enterCheckpointer());
  }

  @Test
  void aDirectoryThatCanNotBeUsedIsTriedAgainAndThenTheRunFails() throws Exception {
    stage.files.gone = true;
    stage.logged(
        "event=recovery-failed .*no such directory.* attempt=1/2",
        () -> stage.open().enterCheckpointer());
    stage.logged("attempt=2/2 backoff=2s", () -> pass(1));
    stage.logged("event=over outcome=failed", () -> pass(2));
    assertThat(stage.finished().cause()).contains("no such directory");
  }

  @Test
  void aStoreThatCanNotBeReadIsAskedAgainAndThenTheRunFails() throws Exception {
    stage.store.broken = true;
    stage.logged(
        "event=recovery-failed .*not permitted.* attempt=1/2",
        () -> stage.open().enterCheckpointer());
    stage.logged("attempt=2/2 backoff=2s", () -> pass(1));
    stage.store.broken = false;
    pass(2);
    stage.await("waiting");
  }

  @Test
  void aStoreIsAskedUntilItAnswersAndALateAnswerChangesNothing() throws Exception {
    stage.store.silent = true;
    stage.open().enterCheckpointer();
    NewestRequest first = stage.store.asked.poll(5, TimeUnit.SECONDS);
    assertThat(first.ended()).isZero();
    stage.logged(
        "event=waiting actor=coordinator for=\"the newest checkpoint\" step=0", stage::tick);
    assertThat(stage.store.asked.poll(5, TimeUnit.SECONDS)).isEqualTo(first);
    stage.coordinator.tell(
        new NewestFound(first.question() + 1, "", 0, Start.fromScratch(), "", List.of()));
    assertThat(stage.status().phase()).isEqualTo("recovering");
    stage.coordinator.tell(stage.found(first));
    stage.coordinator.tell(stage.found(first));
    stage.await("waiting");
    assertThat(stage.status().lineage()).isEqualTo(1);
  }

  @Test
  void aStoreIsToldWhichLineageIsOver() throws Exception {
    stage.running();
    stage.store.asked.clear();
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    assertThat(stage.store.asked.poll(5, TimeUnit.SECONDS).ended()).isEqualTo(1);
  }

  @Test
  void aRunKeepsTheNameThatItHasInTheStore() {
    stage.store.run = "shapes-1";
    stage.open().enterCheckpointer().await("waiting");
    assertThat(stage.status().run()).isEqualTo("shapes-1");
  }

  @Test
  void aStoreThatHasLostWhatWasWrittenIsALineAndTheRunGoesOnFromWhatThereIs() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.files.recoveries.add(RunStage.from(4));
    stage.logged(
        "event=checkpoints-lost had=8 found=4",
        () -> stage.idle(Role.TRAINER, stage.trainer, "bad luck"));
    stage.begin(2);
    assertThat(stage.status().step()).isEqualTo(4);
  }

  private void pass(int seconds) {
    stage.status();
    stage.time.timePasses(Duration.ofSeconds(seconds));
  }

  @Test
  void aCheckpointOfMoreStepsThanTheRunHasIsRefused() throws Exception {
    stage.files.recoveries.add(RunStage.from(24));
    stage.open().enter();
    assertThat(stage.finished().cause()).contains("24 steps, more than gnomon.steps = 20");
  }

  @Test
  void aCoordinatorThatRestartedFindsTheRunAsItWas() {
    stage.running();
    stage.steps(1, 0, 6);
    stage.status();
    stage.files.recoveries.add(RunStage.from(4));
    stage.heard.broken = true;
    stage.steps(1, 6, 7);
    stage.begin(2);
    assertThat(stage.status().step()).isEqualTo(4);
    stage.steps(2, 4, 5);
    assertThat(stage.status().step()).isEqualTo(5);
  }
}
