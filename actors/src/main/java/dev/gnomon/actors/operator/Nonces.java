package dev.gnomon.actors.operator;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers that a server gives to whoever asks, each good for one use within a short time. What was
 * given is not kept, only what was used, so strangers who ask without end take no memory.
 */
final class Nonces {

  private static final Duration GOOD_FOR = Duration.ofSeconds(30);

  private final String secret = Proof.newToken();
  private final Map<String, Duration> used = new HashMap<>(); // until when each is good
  private long given;

  /**
   * A new one.
   *
   * @param now time since any fixed moment
   */
  synchronized String next(Duration now) {
    given++;
    String text = now.toMillis() + "-" + given;
    return text + "-" + Proof.of(secret, "nonce", text);
  }

  /** Whether that was given here, not long ago. */
  synchronized boolean isGood(String nonce, Duration now) {
    int end = nonce.lastIndexOf('-');
    if (end < 0) {
      return false;
    }
    String text = nonce.substring(0, end);
    if (!Proof.same(Proof.of(secret, "nonce", text), nonce.substring(end + 1))) {
      return false;
    }
    Duration givenAt = Duration.ofMillis(Long.parseLong(text.substring(0, text.indexOf('-'))));
    return now.minus(givenAt).compareTo(GOOD_FOR) <= 0;
  }

  /** Uses a good one; gives whether it was not used before. */
  synchronized boolean use(String nonce, Duration now) {
    used.values().removeIf(until -> until.compareTo(now) < 0);
    return used.putIfAbsent(nonce, now.plus(GOOD_FOR)) == null;
  }
}
