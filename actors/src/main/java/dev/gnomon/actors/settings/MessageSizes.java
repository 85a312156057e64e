package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether images and features fit into the messages that carry them between nodes; one that is too
 * large would be dropped on its way. Inside one process they are passed on as they are.
 */
public final class MessageSizes {

  private static final String LIMIT = "gnomon.wire.max-bytes";
  private static final int REST = 1024; // names and numbers beside the arrays
  private static final long ENVELOPE = 64 * 1024;
  private static final long OF_IMAGE = 4 + 4 + 8; // label, code or time, and id
  private static final long SCORED = 4096L * Float.BYTES; // features of an image, room for

  /**
   * What messages of one kind carry.
   *
   * @param ends who send and take it
   * @param remedy besides a higher limit
   */
  private record Load(String what, long bytes, Set<Role> ends, String remedy) {

    boolean goesBetween(Set<Role> roles) {
      return roles.stream().anyMatch(ends::contains) && !roles.containsAll(ends);
    }
  }

  private MessageSizes() {}

  /**
   * Refuses a node that sends or takes between processes what no message holds.
   *
   * @param roles of the node
   * @throws InvalidConfiguration with what to change
   */
  public static void check(RunSettings settings, Set<Role> roles) {
    Config config = settings.resolved().withFallback(ConfigFactory.defaultReference());
    long limit = config.getBytes(LIMIT);
    List<ConfigFault> faults = new ArrayList<>();
    for (Load load : loads(settings)) {
      if (load.goesBetween(roles) && load.bytes() > limit) {
        faults.add(
            ConfigFault.of(
                config,
                LIMIT,
                "is %,d bytes, and %s are %,d: %s, or set this to at least %d and akka.remote.artery.advanced.maximum-frame-size to %d, on all nodes"
                    .formatted(
                        limit,
                        load.what(),
                        load.bytes(),
                        load.remedy(),
                        load.bytes(),
                        load.bytes() + ENVELOPE)));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
  }

  private static List<Load> loads(RunSettings settings) {
    TrainingSettings training = settings.training();
    boolean learnsCodes = training.condition().source().learnsCodes();
    List<Load> loads = new ArrayList<>();
    Set<Role> batches = EnumSet.of(Role.DATA, Role.TRAINER);
    if (learnsCodes) {
      batches.add(Role.TEACHER);
      loads.add(
          new Load(
              "the features of a batch (%d images, %d a piece, of width %d)"
                  .formatted(
                      training.batchSize(), training.codesPerImage(), training.network().width()),
              taps(training),
              EnumSet.of(Role.TRAINER, Role.TEACHER, Role.ASSIGNER),
              "give one node all of trainer, teacher and assigner, or make gnomon.batch-size smaller"));
    }
    loads.add(
        new Load(
            "the %d images of a batch".formatted(training.batchSize()),
            batch(training),
            batches,
            "give one node all of data, trainer and teacher, or make gnomon.batch-size smaller"));
    if (settings.evaluation().every() > 0) {
      loads.add(
          new Load(
              "the %d images of a block that is scored".formatted(ImageSampler.BLOCK),
              block(training),
              EnumSet.allOf(Role.class), // there may be other evaluators
              "set gnomon.evaluate.every = 0"));
    }
    return loads;
  }

  /** The larger of two messages, which is that of taps: with times, labels, ids and codes. */
  static long taps(TrainingSettings training) {
    long images = training.batchSize();
    long codes = images * training.codesPerImage();
    long features = codes * training.network().width() * Float.BYTES;
    return features + codes * Integer.BYTES + images * OF_IMAGE + REST;
  }

  static long batch(TrainingSettings training) {
    return training.batchSize() * (training.network().values() + OF_IMAGE) + REST;
  }

  /** The largest of three messages, which is that of real images that were looked at. */
  static long block(TrainingSettings training) {
    long seen = (long) training.network().width() * Float.BYTES;
    long codes = (long) training.codesPerImage() * (Integer.BYTES + Float.BYTES);
    long image = training.network().values() + OF_IMAGE + codes + seen + SCORED;
    return ImageSampler.BLOCK * image + REST;
  }
}
