package dev.gnomon.actors.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LineBudgetTest {

  private long now = 7;
  private final LineBudget budget = new LineBudget(3, Duration.ofSeconds(10), () -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void theSameIsSaidOnceInAWindow() {
    assertThat(budget.take("a")).isTrue();
    assertThat(budget.take("a")).isFalse();
    assertThat(budget.take("b")).isTrue();
    pass(Duration.ofSeconds(9));
    assertThat(budget.take("a")).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(budget.take("a")).isTrue();
  }

  @Test
  void noMoreThanSoManyThingsAreSaid() {
    for (int i = 0; i < 1000; i++) {
      assertThat(budget.take("thing " + i)).isEqualTo(i < 3);
    }
    pass(Duration.ofSeconds(10));
    assertThat(budget.take("thing 999")).isTrue();
  }

  @Test
  void whatWentUnsaidIsCountedOnce() {
    for (int i = 0; i < 10; i++) {
      budget.take("a");
    }
    pass(Duration.ofMinutes(1));
    budget.take("a");
    assertThat(budget.unsaid()).isEqualTo(9);
    assertThat(budget.unsaid()).isZero();
  }
}
