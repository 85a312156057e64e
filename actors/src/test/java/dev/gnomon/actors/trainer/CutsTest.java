package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.PendingConditions;
import dev.gnomon.model.training.VersionSchedule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** 20 steps, 4 of them stage 1, P = 4, L = 4. */
class CutsTest {

  private final VersionSchedule schedule = new VersionSchedule(20, 4, 4, 7);
  private final Cuts cuts = new Cuts(schedule, schedule::guided);
  private final WeightSet weights =
      new WeightSet(Map.of("student.w", HostTensor.of(new float[] {1}, 1)));

  @Test
  void isDueWhereItWasOrderedAndAtTheEnd() {
    cuts.order(8);

    assertThat(cuts.isDue(7)).isFalse();
    assertThat(cuts.isDue(8)).isTrue();
    assertThat(cuts.isDue(20)).isTrue();
    cuts.cut(8, List.of());
    assertThat(cuts.isDue(8)).isFalse();
  }

  @Test
  void conditionsArePendingOnlyWhereOlderVersionsMakeThem() {
    assertThat(cuts.pending(0)).isEmpty();
    assertThat(cuts.pending(4)).isEmpty();
    assertThat(cuts.pending(8)).containsExactly(8L, 9L, 10L, 11L);
    assertThat(cuts.pending(20)).isEmpty();
    assertThat(new Cuts(schedule, step -> false).pending(8)).isEmpty();
  }

  @Test
  void halfIsWholeWithItsWeightsAndAllPendingConditions() {
    cuts.cut(8, List.of(conditions(8), conditions(9), conditions(12)));
    cuts.conditions(conditions(11));
    cuts.weights(8, weights);
    assertThat(cuts.whole()).isEmpty();
    assertThat(cuts.missing()).containsExactly(10L);

    cuts.conditions(conditions(13));
    cuts.conditions(conditions(10));

    List<Cuts.Half> whole = cuts.whole();
    assertThat(whole).extracting(Cuts.Half::step).containsExactly(8L);
    assertThat(PendingConditions.in(whole.get(0).weights()))
        .extracting(Conditions::step)
        .containsExactly(8L, 9L, 10L, 11L);
    assertThat(cuts.whole()).as("each once").isEmpty();
    assertThat(cuts.isOpen(8)).isFalse();
  }

  @Test
  void weightsMayComeLast() {
    cuts.cut(4, List.of());
    assertThat(cuts.isOpen(4)).isTrue();
    assertThat(cuts.whole()).isEmpty();

    cuts.weights(4, weights);

    assertThat(cuts.whole()).containsExactly(new Cuts.Half(4, weights));
  }

  @Test
  void twoCutsMayBeOpen() {
    cuts.cut(8, List.of(conditions(8), conditions(9), conditions(10)));
    cuts.weights(8, weights);
    cuts.cut(12, List.of());
    cuts.weights(12, weights);

    cuts.conditions(conditions(11));

    assertThat(cuts.whole()).extracting(Cuts.Half::step).containsExactly(8L);
    assertThat(cuts.missing()).containsExactlyInAnyOrder(12L, 13L, 14L, 15L);
  }

  private Conditions conditions(long step) {
    return new Conditions(
        step, schedule.version(step), new int[] {1}, new int[] {1}, new float[] {2});
  }
}
