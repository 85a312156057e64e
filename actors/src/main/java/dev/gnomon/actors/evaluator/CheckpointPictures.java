package dev.gnomon.actors.evaluator;

import dev.gnomon.model.data.ImageGrid;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.SampleFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pictures of a checkpoint: its first block of samples, and each prototype as a row of real images
 * that have its code beside images generated from it.
 */
final class CheckpointPictures {

  private static final int COLUMNS = 8;
  private static final int ROWS = 64; // prototypes at most
  private static final int SCREEN = 48; // an image's least size on the screen

  private final Path directory;
  private final int channels;
  private final int size;
  private final int prototypes;

  /**
   * @param directory where the pictures go
   * @param prototypes number of prototypes
   */
  CheckpointPictures(Path directory, int channels, int size, int prototypes) {
    this.directory = directory;
    this.channels = channels;
    this.size = size;
    this.prototypes = prototypes;
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
    Map<Integer, List<byte[]>> seen = new TreeMap<>();
    real.forEach(block -> collect(block.codes(), block.pixels(), seen));
    if (!seen.isEmpty()) {
      Map<Integer, List<byte[]>> generated = new TreeMap<>();
      sampled.forEach(block -> collect(block.codes(), block.pixels(), generated));
      paths.add(write("step-%06d-prototypes.png".formatted(step), rows(seen, generated)));
    }
    return paths;
  }

  private ImageGrid rows(Map<Integer, List<byte[]>> seen, Map<Integer, List<byte[]>> generated) {
    List<byte[]> cells = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int code = 0; code < Math.min(prototypes, ROWS); code++) {
      if (seen.containsKey(code) || generated.containsKey(code)) {
        labels.add(Integer.toString(code));
        addRow(cells, seen.getOrDefault(code, List.of()));
        addRow(cells, generated.getOrDefault(code, List.of()));
      }
    }
    return ImageGrid.of(cells, channels, size, 2 * COLUMNS, scale())
        .withCaption("real images of each code, and images generated from it")
        .withRowLabels(labels)
        .dividedBefore(COLUMNS);
  }

  private static void addRow(List<byte[]> cells, List<byte[]> images) {
    for (int i = 0; i < COLUMNS; i++) {
      cells.add(i < images.size() ? images.get(i) : new byte[0]);
    }
  }

  private void collect(int[] codes, byte[] pixels, Map<Integer, List<byte[]>> byCode) {
    int each = channels * size * size;
    for (int i = 0; i < codes.length; i++) {
      List<byte[]> images = byCode.computeIfAbsent(codes[i], unused -> new ArrayList<>());
      if (codes[i] >= 0 && images.size() < COLUMNS) {
        images.add(Arrays.copyOfRange(pixels, i * each, (i + 1) * each));
      }
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
