package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.stage.Stage;
import dev.gnomon.protocol.Taps;
import org.junit.jupiter.api.Test;

class SentTapsTest {

  private final SentTaps sent = new SentTaps();

  private void send(long... steps) {
    for (long step : steps) {
      sent.keep(Taps.none(Stage.FIRST, step, sent.isMarked(step)));
    }
  }

  @Test
  void whatNotEveryoneHasDoneIsKept() {
    send(4, 5, 6);
    sent.done(6);
    assertThat(sent.of(4)).isEmpty();
    assertThat(sent.of(5)).isEmpty();
    assertThat(sent.of(6)).isPresent();
    assertThat(sent.of(7)).isEmpty();
  }

  @Test
  void theLastBeforeACutAreKeptUntilTheNextCut() {
    send(4, 5);
    sent.cut(6);
    sent.done(9);
    assertThat(sent.of(4)).isEmpty();
    assertThat(sent.of(5)).isPresent();
    send(9);
    sent.cut(10);
    sent.done(12);
    assertThat(sent.of(5)).isEmpty();
    assertThat(sent.of(9)).isPresent();
  }

  @Test
  void theStepBeforeACutIsMarked() {
    assertThat(sent.isMarked(5)).isFalse();
    sent.cut(6);
    send(5, 6);
    assertThat(sent.of(5).orElseThrow().checkpoint()).isTrue();
    assertThat(sent.of(6).orElseThrow().checkpoint()).isFalse();
  }

  @Test
  void whatIsSentAgainMarkedIsKeptSo() {
    send(5);
    sent.keep(sent.of(5).orElseThrow().marked());
    assertThat(sent.of(5).orElseThrow().checkpoint()).isTrue();
  }
}
