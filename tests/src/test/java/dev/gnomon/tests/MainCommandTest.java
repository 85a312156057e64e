package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.Main;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.metrics.SmallClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's main command, as a new user runs it: trains the built-in shapes through both stages.
 * A classifier that has seen only real images judges what came out.
 */
class MainCommandTest {

  private static final int SAMPLES = 512;

  @TempDir static Path folder;
  private static Path run;
  private static RunSettings settings;

  @BeforeAll
  static void train() throws Exception {
    run = folder.resolve("run");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "--run",
                run.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    settings =
        RunSettings.from(
            Configuration.load(List.of(run.resolve("config.resolved.conf")), List.of()));
  }

  @Test
  void theRunDirectoryHoldsWhatTheDesignNames() throws IOException {
    assertThat(run.resolve("config.resolved.conf")).isNotEmptyFile();
    assertThat(run.resolve("metrics.jsonl")).isNotEmptyFile();
    assertThat(run.resolve("supervision.log")).exists();
    assertThat(run.resolve("report.html")).isNotEmptyFile();
    Checkpoint last = new CheckpointStore(run).newest().checkpoint().orElseThrow();
    assertThat(last.step()).isEqualTo(settings.training().steps());
    assertThat(last.directory().resolve("manifest.json")).isNotEmptyFile();
    assertThat(run.resolve("samples").resolve("step-%06d.png".formatted(last.step())))
        .isNotEmptyFile();
  }

  @Test
  void theLossAndTheFrechetDistanceFall() throws IOException {
    List<Double> losses = series("loss");
    assertThat(mean(losses.subList(losses.size() - 100, losses.size())))
        .isLessThan(0.5 * mean(losses.subList(0, 100)));
    long boundary = settings.training().schedule().boundary();
    List<Double> distances = series("fd");
    double atBoundary = lastUpTo("fd", boundary);
    assertThat(distances.get(distances.size() - 1)).isLessThan(0.7 * atBoundary);
  }

  @Test
  void aClassifierRecognisesWhatWasDrawnAndPrototypesMeanSomething() throws IOException {
    ImageSet images = ImageSets.open(settings.data());
    int classes = images.labelNames().size();
    int held = images.count() * 5 / 6;
    try (ComputeDevice device = ComputeDevice.open("cpu", 2);
        SmallClassifier classifier =
            new SmallClassifier(device, images.channels(), images.size(), classes)) {
      classifier.train(images, held, 800);
      assertThat(classifier.accuracy(images, held)).isGreaterThan(0.95);
      Checkpoint last = new CheckpointStore(run).newest().checkpoint().orElseThrow();
      try (ImageSampler sampler =
          new ImageSampler(
              device,
              settings.training(),
              last.weights("trunk"),
              Optional.of(last.weights("assigner")))) {
        int sure = 0;
        double[] labels = new double[classes];
        double[][] given = new double[settings.training().condition().prototypes()][classes];
        for (int block = 0; block < SAMPLES / ImageSampler.BLOCK; block++) {
          SampleBlock drawn = sampler.sample(99, block, settings.evaluation().sampling());
          double[][] rows = classifier.probabilities(drawn.pixels());
          for (int i = 0; i < rows.length; i++) {
            int label = SmallClassifier.best(rows[i]);
            sure += rows[i][label] >= 0.9 ? 1 : 0;
            labels[label]++;
            given[drawn.codes()[i]][label]++;
          }
        }
        double conditional = 0;
        for (double[] counts : given) {
          conditional += sum(counts) / SAMPLES * entropy(counts);
        }
        System.out.printf(
            "sure of %.3f of the samples; entropy of the label %.3f, given the prototype %.3f%n",
            sure / (double) SAMPLES, entropy(labels), conditional);
        assertThat(sure / (double) SAMPLES).isGreaterThan(0.5);
        assertThat(conditional).isLessThan(0.75 * entropy(labels));
      }
    }
  }

  private static double sum(double[] counts) {
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    return sum;
  }

  private static double entropy(double[] counts) {
    double total = sum(counts);
    double entropy = 0;
    for (double count : counts) {
      if (count > 0) {
        entropy -= count / total * Math.log(count / total);
      }
    }
    return entropy;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  private static List<Double> series(String key) throws IOException {
    List<Double> values = new ArrayList<>();
    for (JsonNode line : lines()) {
      if (line.has(key)) {
        values.add(line.get(key).asDouble());
      }
    }
    return values;
  }

  /** Of stage 1: an evaluation that is still running when the next is due passes that one over. */
  private static double lastUpTo(String key, long step) throws IOException {
    return lines().stream()
        .filter(line -> line.has(key) && line.get("step").asLong() <= step)
        .reduce((earlier, later) -> later)
        .orElseThrow()
        .get(key)
        .asDouble();
  }

  private static List<JsonNode> lines() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      lines.add(json.readTree(line));
    }
    return lines;
  }
}
