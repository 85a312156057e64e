package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.gnomon.model.Choice;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.features.CodesOrigin;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file of codes that a run with {@code gnomon.condition.source = kmeans} or {@code external}
 * trains under. Where it lies may differ from node to node; what is in it is part of what the run
 * is, so its SHA-256 is one of the keys that all nodes and all continuations share. The file says
 * whose features its codes are of, and the source has to say the same.
 */
final class CodesFile {

  private static final String SOURCE = "gnomon.condition.source";
  static final String FILE = "gnomon.condition.codes";
  static final String DIGEST = "gnomon.condition.codes-digest";

  /** What is wrong with a key. */
  record Problem(String key, String problem) {}

  private CodesFile() {}

  /** What is wrong with the file or its digest. */
  static Optional<Problem> fault(Config config) {
    if (!isUsed(config)) {
      return Optional.empty();
    }
    String file = config.getString(FILE);
    String digest = config.getString(DIGEST);
    if (file.isBlank()) {
      return Optional.of(
          new Problem(
              FILE,
              "is empty, expected a file that launch/gnomon kmeans made:"
                  + " gnomon.condition.source = "
                  + source(config)));
    }
    if (!Files.isRegularFile(Path.of(file))) {
      return digest.isEmpty()
          ? Optional.of(
              new Problem(
                  FILE,
                  "is \"%s\", where no file is; a node that reads no images needs none, but then %s"
                          .formatted(file, DIGEST)
                      + " (launch/gnomon kmeans says it)"))
          : Optional.empty(); // a node that reads images finds that out
    }
    Optional<Problem> foreign = otherSource(Path.of(file), source(config));
    if (foreign.isPresent()) {
      return foreign;
    }
    String found = sha256(Path.of(file));
    return digest.isEmpty() || digest.equals(found)
        ? Optional.empty()
        : Optional.of(
            new Problem(
                DIGEST,
                "is %s, and the codes in %s have %s: they are not those of this run"
                    .formatted(digest, file, found)));
  }

  /** The same with the digest of the file, where it has none yet. */
  static Config identified(Config config) {
    return isUsed(config) && config.getString(DIGEST).isEmpty()
        ? config.withValue(
            DIGEST,
            ConfigValueFactory.fromAnyRef(sha256(Path.of(config.getString(FILE))), "its SHA-256"))
        : config;
  }

  private static boolean isUsed(Config config) {
    return Choice.of(Source.values(), source(config)).given();
  }

  private static String source(Config config) {
    return config.getString(SOURCE);
  }

  /** What is wrong where the codes are known to be of the other source's features. */
  private static Optional<Problem> otherSource(Path file, String source) {
    return CodesOrigin.of(file)
        .filter(origin -> !origin.source().word().equals(source))
        .map(
            origin ->
                new Problem(
                    SOURCE,
                    "is %s, but the codes in %s are of %s; set it to %s"
                        .formatted(source, file, origin.words(), origin.source())));
  }

  private static String sha256(Path file) {
    try {
      return SavedFile.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": can not be read", e);
    }
  }
}
