package dev.gnomon.actors.transport;

import dev.gnomon.actors.telemetry.SupervisionLog;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Says who was not let in, and why: a line in the supervision log. The same of the same host is
 * said once a minute, no more than twenty things a minute are, and the rest is counted: whoever
 * knocks can not fill the log.
 */
final class Refusals {

  static final Duration WINDOW = Duration.ofMinutes(1);

  private static final int MOST_LINES = 20;
  private static final int LONGEST_CAUSE = 400;
  private static final String ALERT = "Received fatal alert: ";

  private final LineBudget budget = new LineBudget(MOST_LINES, WINDOW, System::nanoTime);

  /** A connection that came from there was not let in, or one to there was given up. */
  void refused(String channel, SocketAddress peer, Throwable cause) {
    refused(channel, peer, String.valueOf(cause.getMessage()));
  }

  void refused(String channel, SocketAddress peer, String cause) {
    int alert = cause.indexOf(ALERT);
    boolean byPeer = alert >= 0;
    String why = byPeer ? cause.substring(alert + ALERT.length()) : inWords(cause);
    String host = peer instanceof InetSocketAddress at ? at.getHostString() : "unknown";
    String port = peer instanceof InetSocketAddress at ? ":" + at.getPort() : "";
    if (budget.take(byPeer + channel + host + why)) {
      (byPeer ? SupervisionLog.event("refused-by-peer") : SupervisionLog.event("peer-refused"))
          .with("channel", channel)
          .with("address", host + port)
          .with("cause", why.substring(0, Math.min(LONGEST_CAUSE, why.length())))
          .warn();
    }
  }

  private static String inWords(String cause) {
    if (cause.contains("Empty client certificate chain")) {
      return "it shows no certificate";
    }
    if (cause.contains("Unsupported or unrecognized SSL message")) {
      return "it does not speak TLS";
    }
    return cause;
  }

  /** Says how many were refused without a line. */
  void sum() {
    long unsaid = budget.unsaid();
    if (unsaid > 0) {
      SupervisionLog.event("peers-refused").with("more", unsaid).with("within", WINDOW).warn();
    }
  }
}
