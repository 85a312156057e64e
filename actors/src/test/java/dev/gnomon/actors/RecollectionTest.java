package dev.gnomon.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.protocol.Lineage;
import org.junit.jupiter.api.Test;

class RecollectionTest {

  private final Recollection recollection = new Recollection();

  @Test
  void anyLineageMayBeginFirst() {
    assertThat(recollection.mayBegin(new Lineage("run", 4), true)).isTrue();
    assertThat(recollection.mayBegin(new Lineage("run", 4), false)).isTrue();
  }

  @Test
  void lostStateIsNotMadeAgainInTheLineageItWasLostIn() {
    recollection.begin(new Lineage("run", 4), 0);

    assertThat(recollection.mayBegin(new Lineage("run", 3), true)).isFalse();
    assertThat(recollection.mayBegin(new Lineage("run", 4), true)).isFalse();
    assertThat(recollection.mayBegin(new Lineage("run", 5), true)).isTrue();
    assertThat(recollection.mayBegin(new Lineage("another", 1), true)).isTrue();
  }

  @Test
  void whoLostNothingJoinsTheLineageAgainButNoOlderOne() {
    recollection.begin(new Lineage("run", 4), 0);

    assertThat(recollection.mayBegin(new Lineage("run", 3), false)).isFalse();
    assertThat(recollection.mayBegin(new Lineage("run", 4), false)).isTrue();
  }

  @Test
  void causeIsASentenceThatHoldsUntilANewerLineage() {
    recollection.begin(new Lineage("run", 4), 0);
    recollection.failed(new LaneFailure(new IllegalStateException("device on fire")));
    assertThat(recollection.cause()).isEqualTo("IllegalStateException: device on fire");
    recollection.failed(new NullPointerException());
    assertThat(recollection.cause()).isEqualTo("java.lang.NullPointerException");
    assertThat(recollection.failures()).isEqualTo(2);

    recollection.begin(new Lineage("run", 5), 8);

    assertThat(recollection.cause()).isEmpty();
    assertThat(recollection.step()).isEqualTo(8);
  }
}
