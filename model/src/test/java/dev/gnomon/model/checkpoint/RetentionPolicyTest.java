package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RetentionPolicyTest {
  private static final List<Long> STEPS = List.of(100L, 200L, 300L, 400L, 500L);

  @Test
  void theNewestStay() {
    assertThat(new RetentionPolicy(2, 0).expendable(STEPS, Map.of(), Set.of()))
        .containsExactly(100L, 200L, 300L);
  }

  @Test
  void theBestStayWhateverTheirAge() {
    Map<Long, Double> scores = Map.of(100L, 3.0, 200L, 9.0, 300L, 4.0, 500L, 1.0);

    assertThat(new RetentionPolicy(1, 2).expendable(STEPS, scores, Set.of()))
        .containsExactly(200L, 300L, 400L);
  }

  @Test
  void ofEqualScoresTheLaterStays() {
    Map<Long, Double> scores = Map.of(100L, 3.0, 200L, 3.0);

    assertThat(new RetentionPolicy(1, 1).expendable(STEPS, scores, Set.of()))
        .containsExactly(100L, 300L, 400L);
  }

  @Test
  void aScoreThatIsNoNumberIsNotAmongTheBest() {
    Map<Long, Double> scores = Map.of(100L, Double.NaN, 200L, 5.0);

    assertThat(new RetentionPolicy(1, 2).expendable(STEPS, scores, Set.of()))
        .containsExactly(100L, 300L, 400L);
  }

  @Test
  void pinnedOnesStay() {
    assertThat(new RetentionPolicy(1, 0).expendable(STEPS, Map.of(), Set.of(100L, 700L)))
        .containsExactly(200L, 300L, 400L);
  }

  @Test
  void keepingNothingIsRefused() {
    assertThatThrownBy(() -> new RetentionPolicy(0, 3)).hasMessageContaining("newest 0");
  }

  @Property
  void theNewestIsNeverExpendable(
      @ForAll Set<Long> steps,
      @ForAll Map<Long, Double> scores,
      @ForAll @IntRange(min = 1, max = 5) int newest,
      @ForAll @IntRange(max = 5) int best) {
    var expendable = new RetentionPolicy(newest, best).expendable(steps, scores, Set.of());

    assertThat(steps).containsAll(expendable);
    steps.stream()
        .max(Long::compare)
        .ifPresent(last -> assertThat(expendable).doesNotContain(last));
    assertThat(steps.size() - expendable.size())
        .isBetween(Math.min(newest, steps.size()), newest + best);
  }
}
