package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrphanhoodTest {

  private final Orphanhood node = new Orphanhood(Duration.ofSeconds(30));

  private boolean at(long second, boolean coordinator) {
    return node.after(coordinator, Duration.ofSeconds(second));
  }

  @Test
  void whoNeverHadACoordinatorWaitsForOne() {
    assertThat(at(0, false)).isFalse();
    assertThat(at(1000, false)).isFalse();
  }

  @Test
  void whoLostItGoesAfterAWhile() {
    assertThat(at(5, true)).isFalse();
    assertThat(at(6, false)).isFalse();
    assertThat(at(35, false)).isFalse();
    assertThat(at(36, false)).isTrue();
  }

  @Test
  void whoGetsItBackStays() {
    assertThat(at(5, true)).isFalse();
    assertThat(at(34, false)).isFalse();
    assertThat(at(35, true)).isFalse();
    assertThat(at(65, false)).isFalse();
    assertThat(at(66, false)).isTrue();
  }
}
