package dev.gnomon.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.CheckpointNow;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.EvaluateNow;
import dev.gnomon.protocol.Pause;
import dev.gnomon.protocol.Stop;
import java.util.List;
import org.junit.jupiter.api.Test;

class WishTextTest {

  @Test
  void eachWishHasItsWord() {
    assertThat(WishText.parse(List.of("pause"))).isEqualTo(new Pause());
    assertThat(WishText.parse(List.of("continue"))).isEqualTo(new Continue());
    assertThat(WishText.parse(List.of("checkpoint"))).isEqualTo(new CheckpointNow());
    assertThat(WishText.parse(List.of("evaluate"))).isEqualTo(new EvaluateNow());
    assertThat(WishText.parse(List.of("stop"))).isEqualTo(new Stop());
    assertThat(WishText.parse(List.of("set", "a=1", "b=2")))
        .isEqualTo(new Change(List.of("a=1", "b=2")));
  }

  @Test
  void whatIsNoWishIsToldWithTheWishesThereAre() {
    refused(List.of(), "\"\" is no wish; expected pause, continue");
    refused(List.of("Pause"), "\"Pause\" is no wish");
    refused(List.of("pause", "now"), "pause takes nothing after it, but \"now\" is there");
    refused(List.of("set"), "set: expected key=value");
  }

  private static void refused(List<String> words, String why) {
    assertThatThrownBy(() -> WishText.parse(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
