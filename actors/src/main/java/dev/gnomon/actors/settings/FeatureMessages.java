package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the features of a batch fit into the messages that carry them to the assigner. Inside one
 * process they are passed on as they are, however large.
 */
public final class FeatureMessages {

  private static final String LIMIT = "gnomon.wire.max-bytes";
  private static final Set<Role> ENDS = EnumSet.of(Role.TRAINER, Role.TEACHER, Role.ASSIGNER);
  private static final int REST = 1024; // names and numbers beside the arrays
  private static final long ENVELOPE = 64 * 1024;

  private FeatureMessages() {}

  /**
   * Refuses a node that sends or takes features between processes where they are too large for it.
   *
   * @param roles of the node
   * @throws InvalidConfiguration with what to change
   */
  public static void check(RunSettings settings, Set<Role> roles) {
    Config config = settings.resolved().withFallback(ConfigFactory.defaultReference());
    TrainingSettings training = settings.training();
    long bytes = bytes(training);
    boolean between = roles.stream().anyMatch(ENDS::contains) && !roles.containsAll(ENDS);
    if (between && training.condition().source().learnsCodes() && bytes > config.getBytes(LIMIT)) {
      throw new InvalidConfiguration(
          List.of(
              ConfigFault.of(
                  config,
                  LIMIT,
                  ("is %,d bytes, and the features of a batch are %,d (%d images, %d a piece, of width"
                          + " %d): give one node all of trainer, teacher and assigner, or make"
                          + " gnomon.batch-size smaller, or set this to at least %d and"
                          + " akka.remote.artery.advanced.maximum-frame-size to %d, on all nodes")
                      .formatted(
                          config.getBytes(LIMIT),
                          bytes,
                          training.batchSize(),
                          training.codesPerImage(),
                          training.network().width(),
                          bytes,
                          bytes + ENVELOPE))));
    }
  }

  /** The larger of the two messages, which is that of taps: with times, labels, ids and codes. */
  static long bytes(TrainingSettings training) {
    long images = training.batchSize();
    long codes = images * training.codesPerImage();
    long features = codes * training.network().width() * Float.BYTES;
    return features + codes * Integer.BYTES + images * (4 + 4 + 8) + REST;
  }
}
