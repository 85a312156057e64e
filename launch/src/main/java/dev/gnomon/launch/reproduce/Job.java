package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import dev.gnomon.model.diffusion.SamplingSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A part of an experiment that is done as a whole or not at all, and has one small result.
 *
 * @param name its parts with slashes between them, such as "kmeans/seed-1/train"
 * @param seed of the run it belongs to
 * @param settings all that its result depends on, but for those of what it needs
 * @param identity those of them that tell it from other jobs: settings of a run that are not the
 *     defaults, so that a key which comes later, with a default that changes nothing, leaves
 *     results what they are
 * @param needs jobs whose runs or codes it works on
 * @param work how much it is, in images that a network sees
 */
public record Job(
    String name,
    long seed,
    Task task,
    Map<String, String> settings,
    Map<String, String> identity,
    List<Job> needs,
    double work) {

  /** What is done. */
  public sealed interface Task {}

  /**
   * A run is trained.
   *
   * @param config its settings, but for the files it begins with
   * @param begin step of the run whose weights it begins with, which is the first that it needs
   */
  public record Train(Config config, Optional<Long> begin) implements Task {

    /** Steps of the run itself. */
    public long steps() {
      return config.getLong("gnomon.steps");
    }
  }

  /**
   * The images of a run are given codes by k-means of features.
   *
   * @param step of the run whose features they are; also where they are of a foreign network, whose
   *     images are that run's
   */
  public record Cluster(Mode.Codes codes, int clusters, long step) implements Task {}

  /**
   * A checkpoint of a run is scored.
   *
   * @param agreement whether its features are also compared with the labels
   */
  public record Score(
      long step, int samples, SamplingSettings sampling, Optional<Agreement> agreement)
      implements Task {}

  /**
   * How features are compared with labels.
   *
   * @param clusters of k-means
   */
  public record Agreement(int clusters) {}

  public Job {
    settings = Map.copyOf(settings);
    identity = Map.copyOf(identity);
    needs = List.copyOf(needs);
  }

  /** SHA-256, in hex, of its identity and that of what it needs: equal jobs have the same. */
  public String digest() {
    StringBuilder text = new StringBuilder(task.getClass().getSimpleName());
    new TreeMap<>(identity)
        .forEach((key, value) -> text.append('\n').append(key).append('=').append(value));
    needs.forEach(need -> text.append('\n').append(need.digest()));
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Name of its files: what it is called, and enough of the digest to tell settings apart. */
  public String fileName() {
    return name.replace('/', '.') + "-" + digest().substring(0, 8);
  }

  /** Whether it is of a foreign network whose file nobody has named. */
  public boolean lacksNetwork() {
    return needs.stream().anyMatch(Job::lacksNetwork)
        || (task instanceof Cluster cluster
            && cluster.codes() instanceof Mode.ForeignCodes foreign
            && foreign.network().isEmpty());
  }

  /** Whether one of the parts of its name is one of {@code words}. */
  public boolean isOf(List<String> words) {
    return Arrays.stream(name.split("/")).anyMatch(words::contains);
  }
}
