package dev.gnomon.actors.evaluator;

import dev.gnomon.model.data.ImageGrid;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.SampleFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures of a checkpoint: its first block of samples, each code as a row of real images that have
 * it, those nearest to its prototype where it has one, beside images generated from it, and where
 * real images lie in the plane of their features.
 */
final class CheckpointPictures {

  private static final int COLUMNS = 8;
  private static final int ROWS = 64; // codes at most
  private static final int SCREEN = 48; // an image's least size on the screen

  private final Path directory;
  private final int channels;
  private final int size;
  private final int codes;

  /**
   * @param directory where the pictures go
   * @param codes number of prototypes, clusters or labels
   */
  CheckpointPictures(Path directory, int channels, int size, int codes) {
    this.directory = directory;
    this.channels = channels;
    this.size = size;
    this.codes = codes;
  }

  /** Writes the pictures of the checkpoint of {@code step}; gives their paths. */
  List<String> write(long step, List<SampleFeatures> sampled, List<ReferenceFeatures> real)
      throws IOException {
    Files.createDirectories(directory);
    List<String> paths = new ArrayList<>();
    if (!sampled.isEmpty()) {
      SampleFeatures first = sampled.get(0);
      paths.add(
          write(
              "step-%06d.png".formatted(step),
              ImageGrid.of(
                  first.pixels(), first.codes().length, channels, size, COLUMNS, scale())));
    }
    NearestImages nearest = new NearestImages(codes, COLUMNS);
    real.forEach(block -> nearest.add(block.codes(), block.closeness(), block.pixels()));
    if (nearest.any()) {
      NearestImages generated = new NearestImages(codes, COLUMNS);
      sampled.forEach(block -> generated.add(block.codes(), new float[0], block.pixels()));
      boolean near = real.stream().anyMatch(block -> block.closeness().length > 0);
      String caption =
          near
              ? "nearest real images | generated images, a prototype a row"
              : "real images | generated images, a code a row";
      ImageGrid rows = rows(nearest, generated).withCaption(caption);
      paths.add(write("step-%06d-prototypes.png".formatted(step), rows));
    }
    FeatureMap.write(directory.resolve("step-%06d-features.tsv".formatted(step)), real)
        .ifPresent(map -> paths.add(map.toString()));
    return paths;
  }

  /** A row a code; those that most images have, where they are too many. */
  private ImageGrid rows(NearestImages nearest, NearestImages generated) {
    List<byte[]> cells = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    IntStream.range(0, codes)
        .filter(code -> nearest.count(code) + generated.count(code) > 0)
        .boxed()
        .sorted(Comparator.comparingInt(code -> -nearest.count(code)))
        .limit(ROWS)
        .sorted()
        .forEach(
            code -> {
              labels.add(Integer.toString(code));
              addRow(cells, nearest.of(code));
              addRow(cells, generated.of(code));
            });
    return ImageGrid.of(cells, channels, size, 2 * COLUMNS, scale())
        .withRowLabels(labels)
        .dividedBefore(COLUMNS);
  }

  private static void addRow(List<byte[]> cells, List<byte[]> images) {
    for (int i = 0; i < COLUMNS; i++) {
      cells.add(i < images.size() ? images.get(i) : new byte[0]);
    }
  }

  /** The picture appears whole, under its name, or not at all. */
  private String write(String name, ImageGrid grid) throws IOException {
    Path file = directory.resolve(name);
    grid.write(file);
    return file.toString();
  }

  private int scale() {
    return Math.max(1, SCREEN / size);
  }
}
