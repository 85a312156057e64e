package dev.gnomon.launch.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the report shows as charts, as PNG files under {@code pictures/} of the run. */
public final class ReportPictures {

  private ReportPictures() {}

  /** Writes those there is something for. */
  public static void write(Path runDirectory) throws IOException {
    RunRecord run = RunRecord.read(runDirectory);
    Path folder = runDirectory.resolve("pictures");
    Curve distance = run.score("fd", run.distanceName());
    if (!distance.isEmpty()) {
      Plots.lines(
          folder.resolve("fd.png"),
          run.distanceName() + " over training, lower is better",
          "step",
          run.distanceName(),
          List.of(distance),
          run.boundary());
    }
    List<Curve> agreement = run.agreement();
    if (agreement.stream().anyMatch(curve -> !curve.isEmpty())) {
      Plots.lines(
          folder.resolve("nmi.png"),
          "Agreement of codes with labels over training (NMI)",
          "step",
          "NMI",
          agreement,
          run.boundary());
    }
    codes(runDirectory, folder);
    Optional<FeaturePoints> features = FeaturePoints.newest(run);
    if (features.isPresent()) {
      Optional<ScatterChart> byCode = features.get().byCode();
      if (byCode.isPresent()) {
        Plots.scatter(folder.resolve("features-by-code.png"), byCode.get());
      }
      Optional<ScatterChart> byLabel = features.get().byLabel(run.labelNames());
      if (byLabel.isPresent()) {
        Plots.scatter(folder.resolve("features-by-label.png"), byLabel.get());
      }
    }
  }

  private static void codes(Path runDirectory, Path folder) throws IOException {
    Optional<CodeUse> codes =
        NewestCheckpoint.of(runDirectory).flatMap(NewestCheckpoint::codes).filter(CodeUse::any);
    if (codes.isPresent()) {
      double[] counts = codes.get().counts();
      double sum = Arrays.stream(counts).sum();
      Plots.bars(
          folder.resolve("codes.png"),
          "Codes %s, as diverse as %.1f of %d used equally"
              .formatted(codes.get().when(), codes.get().effective(), counts.length),
          "code",
          "share, %",
          Arrays.stream(counts).map(count -> 100 * count / sum).toArray());
    }
  }
}
