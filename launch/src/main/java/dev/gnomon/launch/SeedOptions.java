package dev.gnomon.launch;

import dev.gnomon.actors.node.Node;
import dev.gnomon.actors.node.Seeds;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** How a node finds the others: by a list of them, or by a name that they all have. */
final class SeedOptions {

  private static final String HOST_AND_PORT = "[^\\s\\[\\]/@:]+:\\d{1,5}";
  private static final String ADDRESS = "\\d+(\\.\\d+){3}";

  @Option(
      names = "--seed-nodes",
      required = true,
      split = ",",
      paramLabel = "HOST:PORT",
      description =
          "Nodes to join, with commas. The first in the list founds the cluster, so it is the same"
              + " list on every node.")
  private List<String> nodes = List.of();

  @Option(
      names = "--seed-dns",
      required = true,
      paramLabel = "NAME:PORT",
      description =
          "Instead: a DNS name whose addresses are those of all nodes, and their port. It is looked"
              + " up until the cluster is found. The node with the coordinator's role founds it, so"
              + " there is one such node.")
  private Optional<String> name = Optional.empty();

  /** The place of a node that finds the others so. */
  Node.Place place(Set<Role> roles, String host, int port, int weightsPort) {
    if (name.isEmpty()) {
      return new Node.Place(roles, host, port, weightsPort, new Seeds.Listed(listed()));
    }
    Seeds.Named named = named(host, port, name.get().strip());
    return new Node.Place(roles, host, named.port(), weightsPort, named);
  }

  private List<String> listed() {
    List<String> addresses = new ArrayList<>();
    for (String seed : nodes) {
      String port = seed.strip().replaceFirst(".*:", "");
      if (!seed.strip().matches(HOST_AND_PORT) || !isPort(Integer.parseInt(port))) {
        throw new UsageException(
            "--seed-nodes: \"%s\" is not HOST:PORT, such as 10.0.0.1:2551".formatted(seed));
      }
      addresses.add(seed.strip());
    }
    return addresses;
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= 65_535;
  }

  private static Seeds.Named named(String host, int port, String seed) {
    int colon = seed.lastIndexOf(':');
    int common = seed.matches(HOST_AND_PORT) ? Integer.parseInt(seed.substring(colon + 1)) : 0;
    if (!isPort(common)) {
      throw new UsageException(
          "--seed-dns: \"%s\" is not NAME:PORT, such as gnomon-nodes:2551".formatted(seed));
    }
    if (port != 0 && port != common) {
      throw new UsageException(
          "--port %d: with --seed-dns %s every node's port is %d".formatted(port, seed, common));
    }
    if (!host.matches(ADDRESS)) {
      throw new UsageException(
          "--host %s: with --seed-dns a node goes by its address that the name has, such as 10.0.0.1"
              .formatted(host));
    }
    return new Seeds.Named(seed.substring(0, colon), common, Seeds.Resolver.ofThisMachine());
  }
}
