package dev.gnomon.actors.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a version is: in the memory of a node, in a file of its host, and at its server. As text:
 * {@code NODE HOST:PORT FILE}, the file last and perhaps missing.
 *
 * @param node the publisher's, unique among all there ever were
 * @param address of its {@link WeightServer}
 */
record Location(String node, Optional<Path> file, InetSocketAddress address) {

  String encoded() {
    return "%s %s%s".formatted(node, hostAndPort(address), file.map(path -> " " + path).orElse(""));
  }

  /** An address as it was given, looked up or not. */
  static String hostAndPort(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws IOException if it is something else
   */
  static Location decoded(String text) throws IOException {
    String[] words = text.split(" ", 3);
    int colon = words.length < 2 ? -1 : words[1].lastIndexOf(':');
    try {
      if (colon > 0) {
        return new Location(
            words[0],
            words.length == 3 ? Optional.of(Path.of(words[2])) : Optional.empty(),
            InetSocketAddress.createUnresolved( // by who goes there
                words[1].substring(0, colon), Integer.parseInt(words[1].substring(colon + 1))));
      }
    } catch (IllegalArgumentException malformed) {
      throw new IOException("weights can not be at \"%s\"".formatted(text), malformed);
    }
    throw new IOException("weights can not be at \"%s\"".formatted(text));
  }
}
