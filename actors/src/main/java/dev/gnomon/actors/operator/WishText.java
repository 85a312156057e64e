package dev.gnomon.actors.operator;

import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.CheckpointNow;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.EvaluateNow;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.Pause;
import dev.gnomon.protocol.Stop;
import java.util.List;

/** An operator's wish as words: {@code pause}, or {@code set} and key=value, one or several. */
public final class WishText {

  private static final String WISHES = "pause, continue, checkpoint, evaluate, stop, set key=value";

  private WishText() {}

  /**
   * The wish of those words.
   *
   * @throws IllegalArgumentException where they are none
   */
  public static OperatorWish parse(List<String> words) {
    String first = words.isEmpty() ? "" : words.get(0);
    List<String> more = words.isEmpty() ? List.of() : words.subList(1, words.size());
    if (first.equals("set")) {
      if (more.isEmpty()) {
        throw new IllegalArgumentException(
            "set: expected key=value after it, such as gnomon.checkpoint.every=50");
      }
      return new Change(more);
    }
    OperatorWish wish =
        switch (first) {
          case "pause" -> new Pause();
          case "continue" -> new Continue();
          case "checkpoint" -> new CheckpointNow();
          case "evaluate" -> new EvaluateNow();
          case "stop" -> new Stop();
          default ->
              throw new IllegalArgumentException(
                  "\"%s\" is no wish; expected %s".formatted(first, WISHES));
        };
    if (!more.isEmpty()) {
      throw new IllegalArgumentException(
          "%s takes nothing after it, but \"%s\" is there"
              .formatted(first, String.join(" ", more)));
    }
    return wish;
  }
}
