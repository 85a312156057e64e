package dev.gnomon.actors.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes to join, by the addresses that a name has at each look. Whoever may found the cluster
 * waits until the name lists its own node too, and the same nodes twice: what was asked for so
 * early that others were not listed yet would found a second cluster beside theirs. Everyone else
 * joins whoever there is.
 */
final class NamedSeeds {

  private final String name;
  private final InetAddress own;
  private final boolean founds;
  private List<InetAddress> seen = List.of(); // at the last look
  private List<InetAddress> given = List.of();
  private String lacking = "";

  /**
   * @param own address of this node
   * @param founds whether this node may found the cluster
   */
  NamedSeeds(String name, InetAddress own, boolean founds) {
    this.name = name;
    this.own = own;
    this.founds = founds;
  }

  /**
   * The nodes to ask from now on, in order, if those are others than before; the first founds the
   * cluster if it is this one and nobody else has it.
   */
  Optional<List<InetAddress>> look(Seeds.Resolver resolver) {
    List<InetAddress> found;
    try {
      found = ofOwnKind(resolver.addresses(name));
    } catch (UnknownHostException e) {
      lacking = name + " has no address";
      return Optional.empty();
    }
    boolean stable = found.equals(seen);
    seen = found;
    List<InetAddress> others = new ArrayList<>(found);
    boolean listed = others.remove(own);
    if (founds) {
      others.add(0, own);
    }
    lacking = lacking(listed, others.isEmpty());
    if (!lacking.isEmpty() || (founds && !stable) || others.equals(given)) {
      return Optional.empty();
    }
    given = List.copyOf(others);
    return Optional.of(given);
  }

  private String lacking(boolean listed, boolean alone) {
    if (founds && !listed) {
      return "%s does not list this node, %s".formatted(name, own.getHostAddress());
    }
    return alone ? name + " lists no other node" : "";
  }

  /** What was not as it should be at the last look; empty if all was. */
  String lacking() {
    return lacking;
  }

  /** A node that has an address in each of two families is one node. */
  private List<InetAddress> ofOwnKind(List<InetAddress> all) {
    return all.stream()
        .filter(address -> address.getAddress().length == own.getAddress().length)
        .distinct()
        .sorted(Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned))
        .toList();
  }
}
