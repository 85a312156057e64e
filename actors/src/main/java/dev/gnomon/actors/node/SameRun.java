package dev.gnomon.actors.node;

import akka.cluster.ConfigValidation;
import akka.cluster.Invalid;
import akka.cluster.JoinConfigCompatChecker;
import akka.cluster.Valid$;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.RunKeys;
import java.util.ArrayList;
import java.util.List;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets no node join whose configuration would not train the same run, or score it otherwise, and
 * names the keys.
 */
public final class SameRun extends JoinConfigCompatChecker {

  private static final String BELOW = "gnomon.";

  @Override
  public Seq<String> requiredKeys() {
    return CollectionConverters.asScala(RunKeys.ofNodes()).toSeq();
  }

  @Override
  public ConfigValidation check(Config joining, Config ours) {
    Config theirs = joining.hasPath("gnomon") ? joining.getConfig("gnomon") : ConfigFactory.empty();
    List<String> faults = new ArrayList<>();
    for (String key : RunKeys.ofNodes(theirs)) {
      String path = BELOW + key;
      String here = ours.hasPath(path) ? text(ours, path) : "absent";
      String there = text(joining, path);
      if (!here.equals(there)) {
        faults.add("%s is %s there, %s here".formatted(path, there, here));
      }
    }
    return faults.isEmpty()
        ? Valid$.MODULE$
        : new Invalid(CollectionConverters.asScala(faults).toSeq());
  }

  /** A configuration that comes from a checkpoint has its numbers as text. */
  private static String text(Config config, String path) {
    return String.valueOf(config.getValue(path).unwrapped());
  }
}
