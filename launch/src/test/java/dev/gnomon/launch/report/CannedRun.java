package dev.gnomon.launch.report;

import com.typesafe.config.ConfigRenderOptions;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.model.data.ImageGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A run directory as a run of 2,400 steps leaves it, without the run. */
final class CannedRun {

  private CannedRun() {}

  static Path in(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("samples"));
    Files.writeString(
        directory.resolve("config.resolved.conf"),
        Configuration.preset("shapes", List.of("gnomon.steps=2400"))
            .root()
            .render(
                ConfigRenderOptions.defaults()
                    .setComments(false)
                    .setOriginComments(false)
                    .setJson(false)));
    Files.writeString(directory.resolve("metrics.jsonl"), metrics());
    Files.writeString(
        directory.resolve("supervision.log"),
        """
        2026-11-21T09:00:00.000 event=begin lineage=1 step=0
        2026-11-21T09:01:10.000 event=restart actor=teacher node=local cause="<script>alert(1)</script>" attempt=1/5 backoff=1s step=1300 weights=1299 lost=0
        """);
    for (int step = 400; step <= 2400; step += 400) {
      picture(step, 64, 8).write(directory.resolve("samples/step-%06d.png".formatted(step)));
    }
    picture(7, 160, 16)
        .dividedBefore(8)
        .write(directory.resolve("samples/step-002400-prototypes.png"));
    return directory;
  }

  private static String metrics() {
    Random random = new Random(1);
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= 2400; step++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"step\":%d,\"lineage\":1,\"loss\":%.4f,\"images_per_second\":%.1f,\"staleness\":%d,"
                  + "\"sinkhorn_loss\":%.4f,\"nmi\":%.4f,\"effective_prototypes\":%.2f}%n",
              step,
              0.35 + 0.9 * Math.exp(-step / 150.0) + 0.02 * random.nextGaussian(),
              1180 + 60 * random.nextGaussian(),
              step > 1200 ? 1 : 0,
              0.34 * Math.exp(-step / 900.0) + 0.01 * random.nextGaussian(),
              0.55 * (1 - Math.exp(-step / 500.0)) + 0.01 * random.nextGaussian(),
              12 + 10 * (1 - Math.exp(-step / 700.0))));
      if (step % 400 == 0) {
        double distance = 4.1 * Math.exp(-step / 700.0) + 0.4;
        lines.append(
            String.format(
                Locale.ROOT,
                "{\"step\":%d,\"lineage\":1,\"event\":\"scored\",\"fd\":%.4f,\"FD (seeded-conv)\":%.4f,"
                    + "\"KID (seeded-conv)\":%.6f,\"nmi\":%.4f,\"ari\":0.31,\"ami\":0.50,\"nmi_untrained\":0.41,\"nmi_mean_colour\":0.12}%n",
                step,
                distance,
                distance,
                distance / 100 - 0.0045,
                0.54 * (1 - Math.exp(-step / 500.0))));
      }
    }
    return lines + "{\"step\":2401,\"lo";
  }

  private static ImageGrid picture(int seed, int count, int columns) {
    byte[] pixels = new byte[count * 3 * 16 * 16];
    new Random(seed).nextBytes(pixels);
    return ImageGrid.of(pixels, count, 3, 16, columns, 2);
  }
}
