package dev.gnomon.launch.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where real images lie in the plane of the two first principal components of the teacher's
 * features, as an evaluation wrote it.
 *
 * @param step of the checkpoint
 * @param shares of the variance that the components have, [2]
 * @param points [images][2]
 * @param codes of each image, or -1
 * @param labels of each image, or -1
 */
record FeaturePoints(long step, double[] shares, double[][] points, int[] codes, int[] labels) {

  private static final int HEADER = 2; // lines

  /** Those of the newest checkpoint that has some. */
  static Optional<FeaturePoints> newest(RunRecord run) throws IOException {
    List<Path> tables = run.pictures("-features\\.tsv");
    return tables.isEmpty() ? Optional.empty() : Optional.of(read(tables.get(tables.size() - 1)));
  }

  private static FeaturePoints read(Path table) throws IOException {
    List<String> lines = Files.readAllLines(table);
    double[] shares =
        Arrays.stream(lines.get(0).replaceFirst(".*: ", "").split(" "))
            .mapToDouble(Double::parseDouble)
            .toArray();
    int count = lines.size() - HEADER;
    double[][] points = new double[count][];
    int[] codes = new int[count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      String[] fields = lines.get(HEADER + i).split("\t");
      points[i] = new double[] {Double.parseDouble(fields[0]), Double.parseDouble(fields[1])};
      codes[i] = Integer.parseInt(fields[2]);
      labels[i] = Integer.parseInt(fields[3]);
    }
    return new FeaturePoints(RunRecord.step(table), shares, points, codes, labels);
  }

  /** The points by code, each code by its number; empty where no image has one. */
  Optional<ScatterChart> byCode() {
    int last = Arrays.stream(codes).max().orElse(-1);
    if (last < 0) {
      return Optional.empty();
    }
    List<String> names = IntStream.rangeClosed(0, last).mapToObj(Integer::toString).toList();
    return Optional.of(chart("code", names, codes, true));
  }

  /** The points by label; empty where no image has one. */
  Optional<ScatterChart> byLabel(List<String> names) {
    int last = Arrays.stream(labels).max().orElse(-1);
    if (last < 0) {
      return Optional.empty();
    }
    List<String> all = new ArrayList<>();
    for (int label = 0; label <= last; label++) {
      all.add(label < names.size() ? names.get(label) : "label " + label);
    }
    return Optional.of(chart("label", all, labels, false));
  }

  private ScatterChart chart(String what, List<String> names, int[] groups, boolean inPlace) {
    return new ScatterChart(
        "%,d real images by the middle block's features, coloured by %s"
            .formatted(points.length, what),
        axis(0),
        axis(1),
        points,
        groups,
        names,
        inPlace);
  }

  private String axis(int component) {
    return String.format(
        Locale.ROOT,
        "principal component %d, %.0f %% of the variance",
        component + 1,
        100 * shares[component]);
  }
}
