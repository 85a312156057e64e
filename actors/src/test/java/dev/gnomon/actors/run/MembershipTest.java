package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipTest {

  private final Membership<String> membership =
      new Membership<>(EnumSet.of(Seat.TRAINER, Seat.LOADER));

  @Test
  void missingAreTheRequiredSeatsThatNobodyFills() {
    assertThat(membership.missing()).containsExactly(Seat.LOADER, Seat.TRAINER);
    assertThat(membership.present(Seat.TRAINER, Set.of("t1"))).isTrue();
    assertThat(membership.present(Seat.EVALUATOR, Set.of("e1"))).isTrue();
    assertThat(membership.missing()).containsExactly(Seat.LOADER);
    membership.present(Seat.LOADER, Set.of("l1"));
    assertThat(membership.missing()).isEmpty();
    membership.present(Seat.TRAINER, Set.of());
    assertThat(membership.missing()).containsExactly(Seat.TRAINER);
  }

  @Test
  void aSecondTrainerStandsByUntilTheFirstIsLost() {
    membership.present(Seat.TRAINER, List.of("t1"));
    assertThat(membership.present(Seat.TRAINER, List.of("t0", "t1"))).isFalse();
    assertThat(membership.filling(Seat.TRAINER)).containsExactly("t1");
    assertThat(membership.present(Seat.TRAINER, List.of("t0"))).isTrue();
    assertThat(membership.filling(Seat.TRAINER)).containsExactly("t0");
  }

  @Test
  void lateComersAreAddedBehindThoseWhoStay() {
    membership.present(Seat.TEACHER, List.of("b"));
    assertThat(membership.present(Seat.TEACHER, List.of("a", "b"))).isTrue();
    assertThat(membership.filling(Seat.TEACHER)).containsExactly("b", "a");
    assertThat(membership.present(Seat.TEACHER, List.of("b", "a"))).isFalse();
    assertThat(membership.present(Seat.TEACHER, List.of("a"))).isTrue();
    assertThat(membership.filling(Seat.TEACHER)).containsExactly("a");
  }
}
