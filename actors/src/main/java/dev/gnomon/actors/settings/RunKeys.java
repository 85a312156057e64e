package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which keys make a run what it is: its numbers depend on them, so they stay as they are from its
 * beginning to its end, and on all its nodes.
 */
public final class RunKeys {

  /** Keys that may differ: where work is done, how it is watched, what is kept. */
  private static final List<String> FREE =
      List.of(
          "actors",
          "checkpoint",
          "condition.codes",
          "data.path",
          "deadlines",
          "evaluate",
          "experiment",
          "guidance",
          "http",
          "memory",
          "plugins",
          "recompute-blocks",
          "restart",
          "roles",
          "threads",
          "tls",
          "transport",
          "wire");

  /**
   * Free keys that scores depend on. Blocks of a checkpoint are computed by whichever evaluator is
   * free, so they are the same on all nodes at a time.
   */
  private static final List<String> SCORES =
      List.of(
          "evaluate.diffusion",
          "evaluate.feature-network",
          "evaluate.reference",
          "evaluate.samples",
          "evaluate.solver",
          "evaluate.steps",
          "evaluate.tolerance",
          "evaluate.weights",
          "guidance");

  private static final String BELOW = "gnomon.";

  private RunKeys() {}

  /** Those of the keys below {@code gnomon} that two configurations have and must agree on. */
  public static Set<String> in(Config... gnomon) {
    return in(RunKeys::isFixed, gnomon);
  }

  /** Those that the nodes of a cluster must agree on at a time. */
  public static Set<String> ofNodes(Config gnomon) {
    return in(RunKeys::isOneOnAllNodes, gnomon);
  }

  private static Set<String> in(Predicate<String> which, Config... gnomon) {
    Set<String> keys = new TreeSet<>();
    for (Config config : gnomon) {
      config.entrySet().stream().map(Map.Entry::getKey).filter(which).forEach(keys::add);
    }
    return keys;
  }

  /**
   * All keys that the nodes of a cluster must agree on, by their whole paths. A key that may hold
   * an object, as noise-levels does, stands for those in it.
   */
  public static List<String> ofNodes() {
    Set<String> known = KnownKeys.all();
    return known.stream()
        .filter(key -> isOneOnAllNodes(key.substring(BELOW.length())))
        .filter(key -> known.stream().noneMatch(whole -> key.startsWith(whole + ".")))
        .toList();
  }

  /** Whether a key, by its path below {@code gnomon}, stays as it is. */
  public static boolean isFixed(String key) {
    return !isBelow(FREE, key);
  }

  private static boolean isOneOnAllNodes(String key) {
    return isFixed(key) || isBelow(SCORES, key);
  }

  private static boolean isBelow(List<String> groups, String key) {
    return groups.stream().anyMatch(group -> key.equals(group) || key.startsWith(group + "."));
  }
}
