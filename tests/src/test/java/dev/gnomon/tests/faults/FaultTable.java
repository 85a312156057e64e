package dev.gnomon.tests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, in a file that grows by a line a fault, so that it can be gone on with. */
final class FaultTable {

  private record Line(String what, String seed, Fault.Measured measured) {}

  /** All went as promised, and there was no time to be measured. */
  private static final Fault.Measured NOTHING = new Fault.Measured(Double.NaN, Double.NaN, 0);

  private final Path file;
  private final List<Line> lines = new ArrayList<>();

  FaultTable(Path file) {
    this.file = file;
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          String[] parts = line.split("\t");
          lines.add(
              new Line(
                  parts[0],
                  parts[1],
                  new Fault.Measured(
                      Double.parseDouble(parts[2]),
                      Double.parseDouble(parts[3]),
                      Long.parseLong(parts[4]))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(Fault fault) {
    return lines.stream()
        .anyMatch(l -> l.what().equals(fault.what()) && l.seed().equals(fault.seed() + ""));
  }

  /** Lets it happen, and keeps what was measured if all went as promised. */
  void measure(Fault fault) throws Exception {
    List<Fault.Measured> all = fault.body().happen();
    if (all.isEmpty()) {
      all = List.of(NOTHING);
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    for (Fault.Measured measured : all) {
      lines.add(new Line(fault.what(), fault.seed() + "", measured));
      Files.writeString(
          file,
          "%s\t%d\t%s\t%s\t%d%n"
              .formatted(
                  fault.what(),
                  fault.seed(),
                  measured.detected(),
                  measured.back(),
                  measured.lost()),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** Median and worst of each fault. */
  String markdown() {
    Map<String, List<Fault.Measured>> rows = new LinkedHashMap<>();
    lines.forEach(l -> rows.computeIfAbsent(l.what(), w -> new ArrayList<>()).add(l.measured()));
    StringBuilder table =
        new StringBuilder(
            "| what | times | detected, s | back, s | steps lost |\n|---|---|---|---|---|\n");
    rows.forEach(
        (what, all) ->
            table.append(
                "| %s | %d | %s | %s | %s |\n"
                    .formatted(
                        what,
                        all.size(),
                        middleAndWorst(
                            all.stream().mapToDouble(Fault.Measured::detected).toArray()),
                        middleAndWorst(all.stream().mapToDouble(Fault.Measured::back).toArray()),
                        middleAndWorst(all.stream().mapToDouble(m -> m.lost()).toArray()))));
    return table.toString();
  }

  private static String middleAndWorst(double[] values) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (known.length == 0) {
      return "-";
    }
    int middle = known.length / 2;
    double median = known.length % 2 == 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
    return number(median) + "; " + number(known[known.length - 1]);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
