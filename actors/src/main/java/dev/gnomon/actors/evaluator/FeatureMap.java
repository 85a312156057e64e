package dev.gnomon.actors.evaluator;

import dev.gnomon.model.engine.WholeFile;
import dev.gnomon.model.metrics.PrincipalComponents;
import dev.gnomon.protocol.ReferenceFeatures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where images lie in the plane of the two first principal components of the middle block's
 * features: a table of those coordinates, codes and labels, each -1 where there is none, from which
 * the report draws.
 */
final class FeatureMap {

  /** Blocks of real images that are on it: 2,048 images, 8 MiB of features at width 1024. */
  static final int BLOCKS = 32;

  private static final int LEAST = 3; // images: two lie on a line

  private FeatureMap() {}

  /** Writes the map of the images whose features are known; empty where there are too few. */
  static Optional<Path> write(Path file, List<ReferenceFeatures> real) throws IOException {
    List<ReferenceFeatures> known =
        real.stream().filter(block -> block.teacherFeatures().length > 0).toList();
    int images = known.stream().mapToInt(block -> block.labels().length).sum();
    float[] rows = joined(known);
    if (images < LEAST || rows.length < 2 * images || !isFinite(rows)) {
      return Optional.empty();
    }
    PrincipalComponents map = PrincipalComponents.of(rows, rows.length / images);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "# principal components of the middle block's features, shares of the variance: %.4f %.4f%n",
            map.shares()[0],
            map.shares()[1]));
    text.append("pc1\tpc2\tcode\tlabel%n".formatted());
    int image = 0;
    for (ReferenceFeatures block : known) {
      for (int i = 0; i < block.labels().length; i++, image++) {
        text.append(
            String.format(
                Locale.ROOT,
                "%.5g\t%.5g\t%d\t%d%n",
                map.coordinates()[2 * image],
                map.coordinates()[2 * image + 1],
                block.codes().length == 0 ? -1 : block.codes()[i],
                block.labels()[i]));
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
    return Optional.of(file);
  }

  private static float[] joined(List<ReferenceFeatures> blocks) {
    float[] all = new float[blocks.stream().mapToInt(b -> b.teacherFeatures().length).sum()];
    int at = 0;
    for (ReferenceFeatures block : blocks) {
      System.arraycopy(block.teacherFeatures(), 0, all, at, block.teacherFeatures().length);
      at += block.teacherFeatures().length;
    }
    return all;
  }

  private static boolean isFinite(float[] rows) {
    for (float value : rows) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
