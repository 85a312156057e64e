package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitsTest {

  private final Waits waits = new Waits(Duration.ofSeconds(30));

  private Optional<Long> said(String actor, String forWhat, boolean atOnce, long second) {
    return waits
        .waiting(actor, forWhat, atOnce, Duration.ofSeconds(second))
        .map(wait -> wait.lasted().toSeconds());
  }

  private List<String> over(String actor, List<String> only, long second) {
    return waits.only(actor, only, Duration.ofSeconds(second)).stream()
        .map(wait -> wait.forWhat() + " after " + wait.lasted().toSeconds())
        .toList();
  }

  @Test
  void aWaitIsSaidAtOnceAndThenNowAndThen() {
    assertThat(said("coordinator", "trainer", true, 100)).contains(0L);
    assertThat(said("coordinator", "trainer", true, 129)).isEmpty();
    assertThat(said("coordinator", "trainer", true, 130)).contains(30L);
    assertThat(said("coordinator", "trainer", true, 159)).isEmpty();
    assertThat(said("coordinator", "trainer", true, 160)).contains(60L);
  }

  @Test
  void orOnceItHasLasted() {
    assertThat(said("trainer", "batch 3", false, 100)).isEmpty();
    assertThat(said("trainer", "batch 3", false, 129)).isEmpty();
    assertThat(said("trainer", "batch 3", false, 130)).contains(30L);
    assertThat(said("trainer", "batch 3", false, 131)).isEmpty();
  }

  @Test
  void waitsOfOthersAndForOthersAreTheirOwn() {
    assertThat(said("trainer", "batch 3", true, 0)).contains(0L);
    assertThat(said("trainer", "batch 4", true, 1)).contains(0L);
    assertThat(said("teacher", "batch 3", true, 2)).contains(0L);
    assertThat(waits.all(Duration.ofSeconds(5)))
        .extracting(wait -> wait.lasted().toSeconds())
        .containsExactly(5L, 4L, 3L);
  }

  @Test
  void theEndOfAWaitIsSaidIfItsBeginningWas() {
    said("trainer", "batch 3", true, 0);
    said("trainer", "batch 4", false, 0);
    said("trainer", "batch 5", true, 0);
    said("teacher", "batch 3", true, 0);
    assertThat(over("trainer", List.of("batch 5"), 7)).containsExactly("batch 3 after 7");
    assertThat(waits.all(Duration.ofSeconds(7))).hasSize(2);
    assertThat(over("trainer", List.of(), 9)).containsExactly("batch 5 after 9");
    assertThat(over("trainer", List.of(), 9)).isEmpty();
  }

  @Test
  void aWaitThatComesBackBeginsAnew() {
    said("trainer", "batch 3", true, 0);
    over("trainer", List.of(), 5);
    assertThat(said("trainer", "batch 3", true, 6)).contains(0L);
    waits.clear();
    assertThat(waits.all(Duration.ofSeconds(9))).isEmpty();
  }

  @Test
  void theTimeBetweenCanChange() {
    said("coordinator", "trainer", true, 0);
    waits.between(Duration.ofSeconds(5));
    assertThat(said("coordinator", "trainer", true, 5)).contains(5L);
  }
}
