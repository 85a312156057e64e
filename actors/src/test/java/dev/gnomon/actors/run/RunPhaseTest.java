package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.training.VersionSchedule;
import org.junit.jupiter.api.Test;

class RunPhaseTest {

  private final Progress progress =
      new Progress(new VersionSchedule(20, 10, 1, 1), true, 4, 8, new SkippedBatches(3));

  @Test
  void aLineageIsInWorkUntilTheRunIsDone() {
    for (RunPhase phase : RunPhase.values()) {
      assertThat(phase.isWorking())
          .isEqualTo(phase == RunPhase.RUNNING || phase == RunPhase.FINISHING);
    }
  }

  @Test
  void whatOperatorsWishedIsSeenWhileItIsInWork() {
    assertThat(RunPhase.RUNNING.shown(progress)).isEqualTo("running");
    progress.pause();
    assertThat(RunPhase.RUNNING.shown(progress)).isEqualTo("paused");
    assertThat(RunPhase.WAITING.shown(progress)).isEqualTo("waiting");
    progress.stop();
    assertThat(RunPhase.RUNNING.shown(progress)).isEqualTo("stopping");
    assertThat(RunPhase.FINISHING.shown(progress)).isEqualTo("stopping");
    assertThat(RunPhase.RECOVERING.shown(progress)).isEqualTo("recovering");
    assertThat(RunPhase.DONE.shown(progress)).isEqualTo("done");
  }
}
