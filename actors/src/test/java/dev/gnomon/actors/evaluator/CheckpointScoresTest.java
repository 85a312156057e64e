package dev.gnomon.actors.evaluator;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.metrics.KernelDistance;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.SampleFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointScoresTest {

  @TempDir Path folder;
  private final AtomicInteger baselines = new AtomicInteger();

  private CheckpointScores scores() {
    return scores(true);
  }

  private CheckpointScores scores(boolean learned) {
    return new CheckpointScores(
        "FD (test)",
        1,
        new KernelDistance(7),
        learned,
        (pixels, labels) -> {
          baselines.incrementAndGet();
          return Map.of("nmi_mean_colour", 0.25);
        },
        new CheckpointPictures(folder.resolve("samples"), 1, 1, 2));
  }

  private static float[] normals(double mean, long seed) {
    Random random = new Random(seed);
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    return values;
  }

  private static SampleFeatures samples(long step, float[] features) {
    return new SampleFeatures(
        FIRST, step, 0, features, new byte[features.length], new int[features.length], 30);
  }

  private static ReferenceFeatures real(long step, float[] features, int[] codes, int label) {
    int[] labels = new int[features.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label < 0 ? -1 : i % 2;
    }
    return new ReferenceFeatures(
        FIRST, step, 0, features, new byte[features.length], codes, labels);
  }

  private static int[] alternating() {
    int[] codes = new int[64];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = 1 - i % 2;
    }
    return codes;
  }

  @Test
  void theDistanceStandsUnderItsShortAndItsFullName() throws IOException {
    CheckpointScores scores = scores();
    scores.begin(4);
    float[] real = normals(0, 1);
    scores.reference(real(4, real, new int[0], 0));
    float[] moved = real.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 3;
    }
    scores.samples(samples(4, moved));
    Map<String, Double> values = scores.finish().values();
    assertThat(values.get("fd")).isCloseTo(9, within(1e-4));
    assertThat(values).containsEntry("FD (test)", values.get("fd"));
    assertThat(values).doesNotContainKeys("nmi", "nmi_mean_colour");
  }

  @Test
  void theKernelDistanceStandsBesideTheFrechetDistance() throws IOException {
    float[] real = normals(0, 1);
    float[] made = normals(1, 2);
    CheckpointScores scores = scores();
    for (long step = 4; step <= 8; step += 4) {
      scores.begin(step);
      scores.reference(real(step, real, new int[0], 0));
      scores.samples(samples(step, Arrays.copyOf(made, 32)));
      scores.samples(samples(step, Arrays.copyOfRange(made, 32, 64)));
      Map<String, Double> values = scores.finish().values();
      assertThat(values).containsEntry("KID (test)", new KernelDistance(7).between(real, made, 1));
      assertThat(new ArrayList<>(values.keySet())).startsWith("fd", "FD (test)", "KID (test)");
    }
  }

  @Test
  void codesAreComparedWithLabelsBesideBaselinesThatAreTakenOnce() throws IOException {
    CheckpointScores scores = scores();
    for (long step = 4; step <= 8; step += 4) {
      scores.begin(step);
      scores.reference(real(step, normals(0, 1), alternating(), 0));
      scores.samples(samples(step, normals(0, 2)));
      assertThat(scores.finish().values())
          .containsEntry("nmi", 1.0)
          .containsEntry("ari", 1.0)
          .containsEntry("nmi_mean_colour", 0.25)
          .containsEntry("network_evaluations", 30.0);
    }
    assertThat(baselines).hasValue(1);
  }

  @Test
  void codesThatWereGivenAreNoFindingOfTheModel() throws IOException {
    CheckpointScores scores = scores(false);
    scores.begin(4);
    scores.reference(real(4, normals(0, 1), alternating(), 0));
    scores.samples(samples(4, normals(0, 2)));
    assertThat(scores.finish().values()).doesNotContainKey("nmi");
    assertThat(baselines).hasValue(0);
  }

  @Test
  void withoutLabelsThereIsNothingToCompareWith() throws IOException {
    CheckpointScores scores = scores();
    scores.begin(4);
    scores.reference(real(4, normals(0, 1), alternating(), -1));
    scores.samples(samples(4, normals(0, 2)));
    assertThat(scores.finish().values()).doesNotContainKey("nmi");
    assertThat(baselines).hasValue(0);
  }

  @Test
  void whatIsLeftOfAnEvaluationThatWasDroppedDoesNotCount() throws IOException {
    CheckpointScores scores = scores();
    scores.begin(4);
    scores.samples(samples(4, normals(50, 3)));
    scores.begin(8);
    scores.reference(real(8, normals(0, 1), new int[0], 0));
    scores.samples(samples(8, normals(0, 1)));
    assertThat(scores.finish().values().get("fd")).isCloseTo(0, within(1e-6));
  }

  @Test
  void realImagesOfAnEarlierEvaluationAreComparedWithWhereFewerCome() throws IOException {
    CheckpointScores scores = scores();
    scores.begin(4);
    scores.reference(real(4, normals(0, 1), new int[0], 0));
    scores.samples(samples(4, normals(0, 1)));
    scores.finish();
    scores.begin(8);
    scores.reference(real(8, normals(9, 1), new int[0], 0)); // for the map alone
    scores.samples(samples(8, normals(0, 1)));
    assertThat(scores.finish().values().get("fd")).isCloseTo(0, within(1e-6));
  }

  @Test
  void aDiskThatIsFullCostsThePicturesAlone() throws IOException {
    Files.writeString(folder.resolve("samples"), "a file where the folder should be");
    CheckpointScores scores = scores();
    scores.begin(4);
    scores.reference(real(4, normals(0, 1), new int[0], 0));
    scores.samples(samples(4, normals(0, 2)));
    ScorerWork.Scores done = scores.finish();
    assertThat(done.values()).containsKey("fd");
    assertThat(done.pictures()).isEmpty();
  }

  @Test
  void picturesShowTheSamplesAndARowForEachPrototype() throws IOException {
    CheckpointScores scores = scores();
    scores.begin(4);
    scores.reference(real(4, normals(0, 1), alternating(), 0));
    scores.samples(samples(4, normals(0, 2)));
    assertThat(scores.finish().pictures())
        .containsExactly(
            folder.resolve("samples/step-000004.png").toString(),
            folder.resolve("samples/step-000004-prototypes.png").toString())
        .allMatch(picture -> Files.exists(Path.of(picture)));
  }

  @Test
  void aTableSaysWhereImagesLieWhoseFeaturesTheTeacherTold() throws IOException {
    CheckpointScores scores = scores();
    scores.begin(4);
    ReferenceFeatures plain = real(4, normals(0, 1), alternating(), 0);
    scores.reference(
        new ReferenceFeatures(
            FIRST,
            4,
            0,
            plain.features(),
            plain.pixels(),
            plain.codes(),
            plain.labels(),
            normals(0, 5),
            Arrays.copyOf(normals(2, 3), 128)));
    scores.samples(samples(4, normals(0, 2)));
    Path table = folder.resolve("samples/step-000004-features.tsv");
    assertThat(scores.finish().pictures()).contains(table.toString());
    List<String> lines = Files.readAllLines(table);
    assertThat(lines).hasSize(2 + 64);
    assertThat(lines.get(0)).contains("shares of the variance: ");
    assertThat(lines.get(1)).isEqualTo("pc1\tpc2\tcode\tlabel");
    assertThat(lines.get(2)).endsWith("\t1\t0");
    assertThat(lines.get(3)).endsWith("\t0\t1");
  }
}
