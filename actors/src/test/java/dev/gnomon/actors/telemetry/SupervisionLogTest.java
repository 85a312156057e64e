package dev.gnomon.actors.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisionLogTest {

  @Test
  void anEventIsOneLineOfKeysAndValues() {
    String line =
        SupervisionLog.event("restart")
            .with("actor", "assigner")
            .with("cause", "say \"disk full\"\nplease")
            .with("backoff", Duration.ofSeconds(4))
            .with("took", Duration.ofMillis(1250))
            .with("lost", 0)
            .with("empty", "")
            .info();
    assertThat(line)
        .isEqualTo(
            "event=restart actor=assigner cause=\"say \\\"disk full\\\" please\" backoff=4s"
                + " took=1.3s lost=0 empty=\"\"");
  }
}
