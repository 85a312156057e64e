package dev.gnomon.launch;

import dev.gnomon.actors.settings.HttpSettings;
import dev.gnomon.launch.Machine.Check;
import dev.gnomon.launch.Machine.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Where processes of this machine can listen, looked at by listening there for a moment. */
final class Ports {

  private Ports() {}

  /** Where operators are answered. */
  static Check operators(HttpSettings http) {
    if (!http.enabled()) {
      return new Check(State.OK, "ports", "operators are not answered (gnomon.http.enabled)", "");
    }
    try {
      listen(InetAddress.getByName(http.host()), http.port());
    } catch (IOException e) {
      return new Check(
          State.MISSING,
          "ports",
          "operators can not be answered at %s:%d: %s"
              .formatted(http.host(), http.port(), e.getMessage()),
          "another gnomon.http.host or gnomon.http.port; port 0 takes a free one");
    }
    String port = http.port() == 0 ? "a free port" : "port " + http.port();
    return new Check(State.OK, "ports", "operators at %s of %s".formatted(port, http.host()), "");
  }

  /** What other machines have to call this one, where a run has several. */
  static Check nodes() {
    try {
      return nodes(InetAddress.getLocalHost());
    } catch (UnknownHostException e) {
      return unreached("this machine's name has no address (%s)".formatted(e.getMessage()));
    }
  }

  static Check nodes(InetAddress own) {
    String known = "%s is %s".formatted(own.getHostName(), own.getHostAddress());
    try {
      listen(own, 0);
    } catch (IOException e) {
      return unreached("%s, where nothing can listen: %s".formatted(known, e.getMessage()));
    }
    return own.isLoopbackAddress()
        ? unreached(known + ", which only this machine reaches")
        : new Check(State.OK, "network", known, "");
  }

  private static Check unreached(String why) {
    return new Check(
        State.NOTE,
        "network",
        why,
        "where a run has several machines, --host tells each node the address that others reach it by");
  }

  private static void listen(InetAddress at, int port) throws IOException {
    new ServerSocket(port, 1, at).close();
  }
}
