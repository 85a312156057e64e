package dev.gnomon.tests.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares this build with reference numbers, files of other people's code. What a file holds is
 * told by its name; sizes and configurations stand in the file.
 */
public final class Parity {

  private static final Map<String, Comparison> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("uvit.*\\.safetensors", new UViTComparison());
    KINDS.put("algorithm1.*\\.safetensors", new Algorithm1Comparison());
    KINDS.put("sinkhorn.*\\.safetensors", new SinkhornComparison());
    KINDS.put("frechet.*\\.safetensors", new FrechetComparison());
    KINDS.put("clustering.*\\.json", new ClusteringComparison());
    KINDS.put("dopri5.*\\.json", new Dopri5Comparison());
  }

  private Parity() {}

  /** The files in {@code directory} that hold reference numbers or may do so, by name. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.(safetensors|json)"))
          .sorted()
          .toList();
    }
  }

  /** A row for each quantity of one file; a file that can not be compared is a row as well. */
  public static List<Row> rows(Path file) {
    String name = file.getFileName().toString();
    Optional<Comparison> comparison =
        KINDS.entrySet().stream()
            .filter(kind -> name.matches(kind.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (comparison.isEmpty()) {
      return List.of(
          Row.incomparable(name, "of no kind that is known by its name: " + KINDS.keySet()));
    }
    try {
      List<Row> rows = new ArrayList<>(comparison.get().rows(file));
      return rows.isEmpty() ? List.of(Row.incomparable(name, "it holds no case")) : rows;
    } catch (IOException | RuntimeException e) {
      return List.of(
          Row.incomparable(name, e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }
}
