package dev.gnomon.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingTest {

  private static final int BATCH = 3;
  private static final Network NETWORK = new Network(16, 3, 4, 64, 4, 2, false, false, true, 1000);

  @Test
  void flopAreTwoForEachWeightOfTheBlocksAndTokenAndThoseOfAttentionThreeTimes() {
    int tokens = 2 + 16;
    double weights = 0;
    int blocks = 0;
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        UViT net = new UViT(device, NETWORK, TokenLayout.LABEL, 11, Precision.FP32)) {
      for (Parameter parameter : net.parameters()) {
        boolean ofBlock = parameter.name().matches("(in_blocks|mid_block|out_blocks).*");
        if (ofBlock && parameter.shape().length == 2) {
          weights += Arrays.stream(parameter.shape()).reduce(1, (a, b) -> a * b);
          blocks += parameter.name().contains("qkv") ? 1 : 0;
        }
      }
    }
    double products = 2.0 * BATCH * tokens * weights;
    double scoresAndMeans = 2 * (2.0 * BATCH * tokens * tokens * NETWORK.width()) * blocks;
    assertThat(BenchNetwork.flop(NETWORK, BATCH)).isEqualTo(3 * (products + scoresAndMeans));
  }

  @Test
  void everyDimensionHoldsTheBaseAndGrowsInNothingElse() {
    for (Dimension dimension : Dimension.values()) {
      assertThat(dimension.shapes()).contains(RunShape.BASE);
      assertThat(dimension.shapes().stream().map(dimension::value))
          .isSorted()
          .doesNotHaveDuplicates();
      for (Dimension other : Dimension.values()) {
        assertThat(dimension.shapes().stream().map(other::value).distinct().count())
            .as("%s over %s", other, dimension)
            .isEqualTo(other == dimension ? dimension.shapes().size() : 1);
      }
    }
  }

  @Test
  void powerIsThatOfAPowerLawAndMovesLittleByOneTimeThatIsOff() {
    List<ScalingRow> exact = rows(1.5, 1);
    assertThat(Growth.power(exact, ScalingRow::flop, ScalingRow::steps))
        .isCloseTo(1.5, within(1e-9));
    assertThat(Growth.power(exact, ScalingRow::flop, ScalingRow::overhead))
        .isCloseTo(0, within(1e-9));
    assertThat(Growth.power(rows(1.5, 1.2), ScalingRow::flop, ScalingRow::steps))
        .isBetween(1.51, 1.6);
    assertThat(Growth.factor(exact, ScalingRow::flop)).isEqualTo(8);
  }

  @Test
  void plotsAndTableAreWritten(@TempDir Path folder) throws Exception {
    List<ScalingRow> rows = rows(1, 1);
    ScalingPlot plot = new ScalingPlot(Dimension.WIDTH, "small", rows, rows.get(1));
    plot.write(folder.resolve("width.png"));
    ScalingTable.write(folder.resolve("all.csv"), Map.of(Dimension.WIDTH, plot));

    BufferedImage picture = ImageIO.read(folder.resolve("width.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(900);
    assertThat(Arrays.stream(picture.getRGB(0, 0, 900, 500, null, 0, 900)).distinct().count())
        .isGreaterThan(20);
    assertThat(Files.readAllLines(folder.resolve("all.csv")))
        .hasSize(5)
        .contains("width,128,2.000,20.000,20.000,1.000,30.000,40.000,1.500");
  }

  @Test
  void hollowActorsRunToTheEnd() throws Exception {
    RunShape shape = new RunShape(16, 4, 64, 2, 4, 2, 1);
    Pipeline hollow = new Pipeline(shape.run(40, Precision.FP32, HollowActors.sets()), 20);
    assertThat(hollow.counted()).isEqualTo(20);
    Pipeline.Seconds seconds = hollow.actors();
    assertThat(seconds.steps()).isPositive().isLessThan(seconds.run());
  }

  /** Widths 64 to 512, FLOP in proportion, steps by a power of it, the last of them off. */
  private static List<ScalingRow> rows(double power, double last) {
    return List.of(1, 2, 4, 8).stream()
        .map(
            n ->
                new ScalingRow(
                    64 * n,
                    1e9 * n,
                    0.01 * Math.pow(n, power) * (n == 8 ? last : 1),
                    0.02,
                    0.015 * n,
                    0.02 * n,
                    0.0015))
        .toList();
  }
}
