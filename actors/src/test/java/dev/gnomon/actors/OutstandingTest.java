package dev.gnomon.actors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutstandingTest {

  private final Outstanding waits = new Outstanding();

  @Test
  void asksOnceForWhatIsOutstanding() {
    assertThat(waits.ask(7)).isTrue();
    assertThat(waits.ask(7)).isFalse();
    waits.came(7);
    assertThat(waits.ask(7)).isTrue();
  }

  @Test
  void whatWasAskedForLessThanADeadlineAgoIsNotOverdue() {
    waits.ask(7);
    assertThat(waits.tick()).isEmpty();
    waits.ask(8);
    assertThat(waits.tick()).containsExactly(7L);
    assertThat(waits.tick()).containsExactly(7L, 8L);
  }

  @Test
  void whatCameOrIsOfNoUseIsNotOverdue() {
    for (long key = 1; key <= 4; key++) {
      waits.ask(key);
    }
    waits.tick();

    waits.came(4);
    waits.forgetBelow(3);
    assertThat(waits.tick()).containsExactly(3L);
    waits.forgetAll();
    assertThat(waits.tick()).isEmpty();
  }

  @Test
  void countsAttempts() {
    assertThat(waits.attempts(7)).isZero();
    waits.ask(7);
    assertThat(waits.attempts(7)).isEqualTo(1);
    waits.tick();
    assertThat(waits.attempts(7)).isEqualTo(1);
    waits.tick();
    waits.tick();
    assertThat(waits.attempts(7)).isEqualTo(3);
  }
}
