package dev.gnomon.actors.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/** Which nodes a node asks for the cluster, and who founds one where none of them has it. */
public sealed interface Seeds {

  /** HOST:PORT of those that are known when the node starts, the one that founds first. */
  List<String> known();

  /**
   * These, the same list on every node: the first of them founds the cluster.
   *
   * @param nodes HOST:PORT of each
   */
  record Listed(List<String> nodes) implements Seeds {
    @Override
    public List<String> known() {
      return nodes;
    }
  }

  /**
   * All addresses of a name, at one port, as they are from time to time until the cluster is found.
   * Nodes may come to have the name in any order, so none is the first: the node with the
   * coordinator's role founds the cluster, and there is to be one such node.
   */
  record Named(String name, int port, Resolver resolver) implements Seeds {
    @Override
    public List<String> known() {
      return List.of();
    }
  }

  /** Gives the addresses of a name. Blocks. */
  @FunctionalInterface
  interface Resolver {

    List<InetAddress> addresses(String name) throws UnknownHostException;

    /**
     * This machine's, by DNS or otherwise. Java keeps answers for 30 s unless it is told before the
     * first: nodes that start together would find each other as late.
     */
    static Resolver ofThisMachine() {
      Security.setProperty("networkaddress.cache.ttl", "1");
      Security.setProperty("networkaddress.cache.negative.ttl", "1");
      return name -> List.of(InetAddress.getAllByName(name));
    }
  }
}
