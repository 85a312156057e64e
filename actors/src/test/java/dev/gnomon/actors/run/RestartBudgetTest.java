package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {

  private final RestartBudget budget =
      new RestartBudget(2, Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(3));

  private RestartBudget.Attempt at(String actor, long second) {
    return budget.restarted(actor, Duration.ofSeconds(second));
  }

  @Test
  void onePastTheAttemptsIsTooMany() {
    assertThat(at("trainer", 0).exhausted()).isFalse();
    assertThat(at("trainer", 1)).hasToString("2/2").matches(a -> !a.exhausted());
    assertThat(at("trainer", 2).exhausted()).isTrue();
  }

  @Test
  void restartsLongAgoDoNotCount() {
    at("trainer", 0);
    at("trainer", 1);
    assertThat(at("trainer", 61).number()).isEqualTo(2);
    assertThat(at("trainer", 200).number()).isEqualTo(1);
  }

  @Test
  void restartsFromTheSameCheckpointCountHoweverLongAgo() {
    assertThat(back(0, 500).number()).isEqualTo(1);
    assertThat(back(1000, 500).number()).isEqualTo(2);
    assertThat(back(2000, 500).exhausted()).isTrue();
    assertThat(back(3000, 600).number()).as("a newer checkpoint is there").isEqualTo(1);
    assertThat(back(3001, 700).number()).as("newer, but a second later").isEqualTo(2);
  }

  private RestartBudget.Attempt back(long second, long checkpoint) {
    return budget.restarted("trainer", Duration.ofSeconds(second), checkpoint);
  }

  @Test
  void eachActorHasItsOwn() {
    at("trainer", 0);
    at("trainer", 0);
    assertThat(at("teacher", 0).number()).isEqualTo(1);
    assertThat(budget.restarts("trainer")).isEqualTo(2);
    assertThat(budget.restarts("loader")).isZero();
    assertThat(budget.restarts()).isEqualTo(3);
  }

  @Test
  void thePauseDoublesUpToTheLongest() {
    assertThat(at("a", 0).backoff()).isEqualTo(Duration.ofSeconds(1));
    assertThat(at("a", 0).backoff()).isEqualTo(Duration.ofSeconds(2));
    assertThat(at("a", 0).backoff()).isEqualTo(Duration.ofSeconds(3));
    assertThat(at("a", 0).backoff()).isEqualTo(Duration.ofSeconds(3));
  }
}
