package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a run that is small enough to be made for the test. */
class RunCommandsTest {

  private static final List<String> TINY =
      List.of(
          "gnomon.steps=24",
          "gnomon.batch-size=8",
          "gnomon.precision=fp32",
          "gnomon.threads=1",
          "gnomon.model.width=32",
          "gnomon.model.depth=2",
          "gnomon.condition.prototypes=4",
          "gnomon.checkpoint.every=12",
          "gnomon.checkpoint.keep-newest=3",
          "gnomon.evaluate.every=24",
          "gnomon.evaluate.samples=64",
          "gnomon.evaluate.reference=64",
          "gnomon.evaluate.steps=2");

  @TempDir static Path folder;
  private static Path run;
  private static String trained;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    assertThat(Main.run(writer, writer, training(run))).as(said.toString()).isZero();
    trained = said.toString();
  }

  @Test
  void trainingEndsWithScoresTheReportAndWhatToTryNext() {
    assertThat(trained)
        .contains("Training on", "step 24/24", "scored step 24", "Done after", "at step 24 of 24.")
        .contains("FD (seeded-conv) is", "NMI of the model's own codes", "Report", "Next:");
    assertThat(run.resolve("report.html")).content().contains("share of each code");
    assertThat(run.resolve("config.resolved.conf")).exists();
  }

  /** Killed before its first checkpoint, say: its settings are those it was begun with. */
  @Test
  void whatHasNoCheckpointYetBeginsAgainUnderItsOwnSettings() throws IOException {
    Path early = Files.createDirectories(folder.resolve("early"));
    Files.copy(run.resolve("config.resolved.conf"), early.resolve("config.resolved.conf"));
    assertThat(gnomon("train", "--run", early.toString(), "--set", "gnomon.evaluate.every=0"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains(": 24 steps of ", "Done after", "at step 24 of 24.");
  }

  @Test
  void weightsThatAreCutShortOrOfAnotherNetworkAreRefusedBeforeTheRunBegins() throws IOException {
    Path trunk = run.resolve("checkpoints/step-000024/trunk.safetensors");
    byte[] whole = Files.readAllBytes(trunk);
    Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, 9000));
    Path begun = folder.resolve("begun");
    String[] train = {"train", "--run", begun.toString(), "--init"};
    assertThat(gnomon(train[0], train[1], train[2], train[3], cut.toString()))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(gnomon(train[0], train[1], train[2], train[3], trunk.toString()))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains("gnomon.init: can not be started from: " + cut)
        .contains("the network has 16 patches of width 128");
    assertThat(begun.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aRunGoesOnWithoutTheWeightsThatItWasStartedFrom() throws IOException {
    Path start = folder.resolve("start.safetensors");
    Files.copy(run.resolve("checkpoints/step-000024/trunk.safetensors"), start);
    Path from = folder.resolve("from-start");
    assertThat(
            gnomon(
                "train",
                "--run=" + from,
                "--config=" + run.resolve("config.resolved.conf"),
                "--init=" + start,
                "--set=gnomon.checkpoint.every=12",
                "--set=gnomon.evaluate.every=0"))
        .as(err.toString())
        .isZero();
    Path last = from.resolve("checkpoints/step-000024/manifest.json");
    String manifest = Files.readString(last);
    Files.move(last.getParent(), folder.resolve("gone"));
    Files.delete(start);
    assertThat(gnomon("train", "--run=" + from)).as(err.toString()).isZero();
    assertThat(digest(Files.readString(last))).isEqualTo(digest(manifest));
  }

  private static String digest(String manifest) throws IOException {
    return new ObjectMapper().readTree(manifest).get("digest").asText();
  }

  @Test
  void evaluatingGivesTheScoresOfTrainingAgain() throws IOException {
    assertThat(gnomon("evaluate", "--run", run.toString(), "--metrics", "fd,KID (seeded-conv)"))
        .isZero();
    String line =
        Files.readAllLines(run.resolve("metrics.jsonl")).stream()
            .filter(text -> text.contains("\"scored\""))
            .findFirst()
            .orElseThrow();
    for (String name : List.of("fd", "KID (seeded-conv)")) {
      String key = Pattern.quote(name);
      double distance = Double.parseDouble(line.replaceFirst(".*\"" + key + "\":([^,]+),.*", "$1"));
      assertThat(out.toString()).containsPattern(key + " +\\Q%.6g\\E\\R".formatted(distance));
    }
    assertThat(out.toString()).doesNotContain("ari");
  }

  @Test
  void anUnknownMetricIsAnsweredWithThoseThereAre() {
    assertThat(gnomon("evaluate", "--run", run.toString(), "--metrics", "fid"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("--metrics fid: expected some of fd,");
  }

  @Test
  void aSampleIsTheSameHoweverManyAreAskedFor() throws IOException {
    Path few = folder.resolve("few");
    Path many = folder.resolve("many");
    assertThat(gnomon("sample", "--run", run.toString(), "-n", "8", "--out", few.toString()))
        .isZero();
    assertThat(gnomon("sample", "--run", run.toString(), "-n", "64", "--out", many.toString()))
        .isZero();
    var first = ImageIO.read(only(few).toFile());
    var more = ImageIO.read(only(many).toFile());
    assertThat(more.getHeight()).isGreaterThan(first.getHeight());
    for (int y = 0; y < first.getHeight(); y++) {
      for (int x = 0; x < first.getWidth(); x++) {
        assertThat(more.getRGB(x, y)).isEqualTo(first.getRGB(x, y));
      }
    }
  }

  @Test
  void whatASampleTookAndWhatGuidanceSavedIsSaid() throws IOException {
    Path other = folder.resolve("solvers");
    assertThat(
            gnomon(
                "sample",
                "--run=" + run,
                "--out=" + other,
                "--solver=heun",
                "--steps=4",
                "--guidance=1.5",
                "--guidance-noise=0,0.6",
                "--weights=student"))
        .isZero();
    assertThat(out.toString())
        .contains("heun, 4 steps, guidance 1.5 at noise 0.0 to 0.6, 8 network evaluations")
        .contains("The network saw 512 images with their condition and 320 without")
        .contains("192 without were saved (19 % of all)");
    try (Stream<Path> files = Files.list(other)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .singleElement()
          .asString()
          .matches(
              "step-000024-[0-9a-f]{8}-guidance-1.5-at-noise-0.0-to-0.6-heun-4-student-seed-0-n64.png");
    }
  }

  @Test
  void aWrongOptionOfSamplingIsBadUsage() {
    String[][] wrong = {
      {"--solver=eular", "--solver \"eular\": expected euler | heun | rk4 | dopri5"},
      {"--diffusion=none", "--diffusion \"none\": expected constant | sbdm"},
      {"--guidance-noise=0.7,0.2", "the lower one first"},
      {"--guidance-noise=0.7", "is not FROM,TO"},
      {"--guidance-stop=2", "expected -1 to 1"},
      {"--tolerance=0", "expected a number above 0"},
      {"--weights=teacher", "expected ema or student"}
    };
    for (String[] each : wrong) {
      assertThat(gnomon("sample", "--run", run.toString(), each[0])).isEqualTo(ExitCode.BAD_USAGE);
      assertThat(err.toString()).contains(each[1]);
    }
  }

  @Test
  void aPrototypeThatIsNotThereIsBadUsage() {
    assertThat(gnomon("sample", "--run", run.toString(), "--prototype", "4"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("--prototype 4: expected 0 to 3");
  }

  @Test
  void anImageLikeAnotherHasItsPrototype() throws IOException {
    Path picture = there(run.resolve("samples"), "step-000024.png");
    Path like = folder.resolve("like");
    assertThat(
            gnomon(
                "sample",
                "--run",
                run.toString(),
                "-n",
                "4",
                "--like",
                picture.toString(),
                "--out",
                like.toString()))
        .isZero();
    assertThat(only(like).getFileName().toString()).contains("-prototype-00");
  }

  @Test
  void aRunDoesNotGoOnUnderOtherNumbers() {
    assertThat(gnomon("train", "--run", run.toString(), "--set", "gnomon.seed=9"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("gnomon.seed: is 1 in this run, but 9 now");
  }

  @Test
  void aRunWithCheckpointsDoesNotBeginFromScratch() {
    assertThat(gnomon("train", "--run", run.toString(), "--resume", "never"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("has checkpoints already");
  }

  @Test
  void anotherRunBegunAtACheckpointEndsAsThisOne() throws IOException {
    Path other = folder.resolve("other");
    Path half = run.resolve("checkpoints/step-000012");
    assertThat(gnomon("train", "--run", other.toString(), "--resume", half.toString())).isZero();
    assertThat(newest(other).manifest().digest()).isEqualTo(newest(run).manifest().digest());
  }

  @Test
  void newerCheckpointsAreSetAsideWhereOneIsNamed() throws IOException {
    Path back = folder.resolve("back");
    assertThat(gnomon(training(back))).isZero();
    String digest = newest(back).manifest().digest();
    Path half = back.resolve("checkpoints/step-000012");
    assertThat(gnomon("train", "--run", back.toString(), "--resume", half.toString())).isZero();
    assertThat(back.resolve("checkpoints/set-aside-step-000024")).isDirectory();
    assertThat(newest(back).manifest().digest()).isEqualTo(digest);
  }

  @Test
  void aCheckpointThatIsNotOneIsBadUsage() {
    assertThat(gnomon("train", "--resume", folder.toString())).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("expected auto, never, or the folder of a checkpoint");
  }

  private static String[] training(Path directory) {
    List<String> arguments = new ArrayList<>(List.of("train", "--run", directory.toString()));
    TINY.forEach(set -> arguments.addAll(List.of("--set", set)));
    return arguments.toArray(String[]::new);
  }

  private static Checkpoint newest(Path directory) throws IOException {
    return new CheckpointStore(directory).newest().checkpoint().orElseThrow();
  }

  private static Path only(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findFirst().orElseThrow();
    }
  }

  private static Path there(Path directory, String name) {
    assertThat(directory.resolve(name)).exists();
    return directory.resolve(name);
  }

  private int gnomon(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
