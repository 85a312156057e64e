package dev.gnomon.actors.operator;

import java.util.List;

/**
 * A node of the cluster, as another one sees it.
 *
 * @param node HOST:PORT
 * @param state such as {@code up}, {@code joining} or {@code leaving}
 * @param reachable whether it is heard of
 */
public record NodeView(String node, List<String> roles, String state, boolean reachable) {
  public NodeView {
    roles = List.copyOf(roles);
  }
}
