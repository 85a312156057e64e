package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.engine.DeviceLoss;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void withoutACommandTheUsageIsShownAndNothingIsDone() {
    assertThat(gnomon()).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("a command is missing", "Usage: gnomon", "train", "sample");
  }

  @Test
  void anOptionThatThereIsNotIsNamedAndNothingHidesIt() {
    assertThat(gnomon("sample", "--guidence", "3")).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains("gnomon sample --help lists its options")
        .doesNotContain("Usage:");
    assertThat(err.toString().lines().count()).isLessThan(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"train", "sample", "evaluate", "node", "status", "tell", "doctor", "list"})
  void everyCommandHasHelp(String command) {
    assertThat(gnomon(command, "--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).startsWith("Usage: gnomon " + command);
  }

  @Test
  void whatCanBeChosenIsListedWithAllWordsThatConfigurationsMayHave() {
    assertThat(gnomon("list")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("gnomon.path", "gnomon.data.kind", "gnomon.condition.source", "--solver")
        .containsPattern("\n  vp +variance preserving")
        .containsPattern("\n  dpm\\+\\+2m +DPM-Solver")
        .containsPattern("\n  increasing-decreasing +w = ")
        .containsPattern("\n  bootstrap +the model's own prototypes")
        .containsPattern("\n  seeded-conv +a convolutional network")
        .containsPattern("\n  shapes +The first run: built-in colour shapes")
        .containsPattern("\n  separate-devices +Trainer and teacher on devices")
        .contains("dev.gnomon.model.metrics.FeatureNetwork", "{data | trainer | teacher");
  }

  @Test
  void aMistypedOptionIsAnsweredWithTheRightOne() {
    assertThat(gnomon("train", "--confg", "x")).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("--confg", "--config");
  }

  @Test
  void everyFaultOfTheConfigurationIsListedAndNothingIsStarted() throws Exception {
    Path file =
        Files.writeString(folder.resolve("mine.conf"), "gnomon {\n stepz = 3\n threads = -1 }");
    Path run = folder.resolve("run");
    int code =
        gnomon(
            "train",
            "--run",
            run.toString(),
            "--config",
            file.toString(),
            "--set",
            "gnomon.precision=fp16");
    assertThat(code).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .isEqualTo(
            """
            The configuration has 3 faults; nothing was started.
              --set gnomon.precision=fp16: gnomon.precision: is "fp16", expected bf16 | fp32
              %1$s:2: gnomon.stepz: there is no such key; did you mean gnomon.steps?
              %1$s:3: gnomon.threads: is -1, expected a whole number of at least 0
            """
                .formatted(file));
    assertThat(run).doesNotExist();
  }

  @Test
  void aNodeWhoseCertificateIsNotThereIsNotStarted() {
    Path run = folder.resolve("run");
    String ca = folder.resolve("ca.pem").toString();
    String[] node = {"node", "--roles", "teacher", "--seed-nodes", "127.0.0.1:1", "--run"};
    String[] sets = {"--set", "gnomon.transport=tls", "--set", "gnomon.tls.ca-file=" + ca};
    String[] files = {"--set", "gnomon.tls.key-file=" + ca, "--set", "gnomon.tls.cert-file=" + ca};

    assertThat(gnomon(joined(node, new String[] {run.toString()}, sets)))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains(
            "The configuration has 2 faults; nothing was started.",
            "gnomon.tls.key-file: is empty, expected a file",
            "gnomon.tls.cert-file: is empty, expected a file");
    assertThat(gnomon(joined(node, new String[] {run.toString()}, sets, files)))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains(
            "gnomon.tls.ca-file: is \"%s\", which is not there; launch/certificates makes these"
                .formatted(ca));
    assertThat(run).doesNotExist();
  }

  @Test
  void aNodeWhoseFeaturesFitIntoNoMessageIsNotStarted() {
    Path run = folder.resolve("run");
    String[] node = {"node", "--roles", "teacher,data", "--seed-nodes", "127.0.0.1:1", "--run"};
    String[] sets = {"--set", "gnomon.condition.source=bootstrap-patch"};
    String[] large = {"--set", "gnomon.batch-size=4096", "--set", "gnomon.memory.check=false"};

    assertThat(gnomon(joined(node, new String[] {run.toString()}, sets, large)))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains(
            "gnomon.wire.max-bytes: is 8,388,608 bytes, and the features of a batch (4096 images");
    assertThat(run).doesNotExist();
  }

  @Test
  void numbersLookAlikeInEveryCountry() {
    Locale.setDefault(Locale.GERMANY);
    assertThat(gnomon("list")).isEqualTo(ExitCode.DONE);
    assertThat("%.1f".formatted(0.5)).isEqualTo("0.5");
  }

  @Test
  void aNodeFindsTheOthersByAListOrByANameAndSaysWhatIsWrongWithEither() {
    assertThat(seeds("--seed-nodes", "10.0.0.1")).contains("\"10.0.0.1\" is not HOST:PORT");
    assertThat(seeds("--seed-nodes", "10.0.0.1:99999")).contains("is not HOST:PORT");
    assertThat(seeds("--seed-dns", "nodes")).contains("\"nodes\" is not NAME:PORT");
    assertThat(seeds("--seed-dns", "nodes:0")).contains("\"nodes:0\" is not NAME:PORT");
    assertThat(seeds("--seed-dns", "nodes:2551", "--port", "2552"))
        .contains("--port 2552: with --seed-dns nodes:2551 every node's port is 2551");
    assertThat(seeds("--seed-dns", "nodes:2551", "--host", "pod-3.nodes"))
        .contains("--host pod-3.nodes: with --seed-dns a node goes by its address");
    assertThat(seeds("--seed-dns", "nodes:2551", "--seed-nodes", "10.0.0.1:2551"))
        .contains("mutually exclusive");
    assertThat(seeds()).contains("--seed-nodes", "--seed-dns");
    assertThat(seeds("--seed-nodes", "10.0.0.1:2551", "--weights-port", "70000"))
        .contains("--weights-port 70000 is not within 0 and 65535");
    assertThat(seeds("--seed-nodes", "a:1", "--port", "2551", "--weights-port", "2551"))
        .contains("--weights-port 2551 is that of its actors too");
    assertThat(seeds("--seed-dns", "n:2551", "--host", "10.0.0.1", "--weights-port", "2551"))
        .contains("--weights-port 2551 is that of its actors too");
    assertThat(seeds("--seed-nodes", "[::1]:2551")).contains("\"[::1]:2551\" is not HOST:PORT");
    assertThat(seeds("--seed-nodes", "10.0.0.1:2551", "--host", "::1"))
        .contains("--host ::1: nodes do not go by IPv6 addresses");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  /** What is said of a node that is told of the others like that. */
  private String seeds(String... options) {
    err.getBuffer().setLength(0);
    String[] node = {"node", "--roles", "teacher", "--run", folder.resolve("run").toString()};
    assertThat(gnomon(joined(node, options))).isEqualTo(ExitCode.BAD_USAGE);
    return err.toString();
  }

  private static String[] joined(String[]... parts) {
    return Stream.of(parts).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void aClassThatIsNotThereIsAFault() {
    assertThat(
            gnomon(
                "train",
                "--run",
                folder.resolve("run").toString(),
                "--set",
                "gnomon.actors.assigner=com.example.MyAssigner",
                "--set",
                "gnomon.evaluate.feature-network=java.lang.String",
                "--set",
                "gnomon.experiment.messages=[java.lang.String, com.example.MyMessage]"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .isEqualTo(
            """
            The configuration has 3 faults; nothing was started.
              --set gnomon.actors.assigner=com.example.MyAssigner: gnomon.actors.assigner: is "com.example.MyAssigner", which is not there; put its jar into plugins/
              --set gnomon.evaluate.feature-network=java.lang.String: gnomon.evaluate.feature-network: is "java.lang.String", which does not implement dev.gnomon.model.metrics.FeatureNetwork
              --set gnomon.experiment.messages=[java.lang.String, com.example.MyMessage]: gnomon.experiment.messages: names "com.example.MyMessage", which is not there; put its jar into plugins/
            """);
  }

  @Test
  void dataThatIsNotThereHasItsOwnCode() {
    int code =
        gnomon(
            "train",
            "--run",
            folder.resolve("run").toString(),
            "--config",
            "../conf/presets/image-folder.conf",
            "--data",
            folder.resolve("absent").toString());
    assertThat(code).isEqualTo(ExitCode.DATA_UNUSABLE);
    assertThat(err.toString())
        .contains("The data can not be used", folder.resolve("absent").toString());
  }

  @Test
  void labelsOfASetWithoutThemAreAFault() throws Exception {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (int i = 0; i < 3; i++) {
      ImageIO.write(
          new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB),
          "png",
          images.resolve(i + ".png").toFile());
    }
    int code =
        gnomon(
            "train",
            "--run",
            folder.resolve("run").toString(),
            "--config",
            "../conf/presets/image-folder.conf",
            "--data",
            images.toString(),
            "--set",
            "gnomon.condition.source=labels");
    assertThat(code).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("has no labels; use bootstrap or none");
  }

  @Test
  void moreLabelsThanClassesAndASingleImageAreRefusedBeforeTheRunBegins() throws Exception {
    Path images = folder.resolve("images");
    for (int i = 0; i < 11; i++) {
      ImageIO.write(
          new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB),
          "png",
          Files.createDirectories(images.resolve("class" + i)).resolve("one.png").toFile());
    }
    String run = folder.resolve("run").toString();
    String config = "../conf/presets/image-folder.conf";
    assertThat(gnomon("train", "--run", run, "--config", config, "--data", images.toString()))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains("gnomon.condition.classes = 10")
        .contains("has 11 labels; set it to 11");
    String one = images.resolve("class3").toString();
    assertThat(gnomon("train", "--run", run, "--config", config, "--data", one))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("has one image").contains("gnomon.evaluate.every = 0");
  }

  @Test
  void aDeviceThatIsNotThereIsRefusedBeforeTheRunBegins() {
    Path run = folder.resolve("run");
    assertThat(
            gnomon("train", "--run", run.toString(), "--set", "gnomon.roles.trainer.device=gpu99"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains("gnomon.roles.trainer.device: is gpu99, and the engine sees cpu");
    assertThat(run.resolve("config.resolved.conf")).doesNotExist();
  }

  @Test
  void whatIsNoFolderOfACheckpointIsSaidSo() {
    assertThat(gnomon("train", "--resume", "/x")).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("/x: is no folder of a checkpoint");
  }

  @Test
  void aFileInPlaceOfARunsFolderIsSaidInALine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(gnomon("train", "--run", file.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains(file + ": a file is in the way").doesNotContain("\tat ");
  }

  @Test
  void weightsToStartFromMustBeThere() {
    Path absent = folder.resolve("absent.safetensors");
    assertThat(
            gnomon("train", "--run", folder.resolve("run").toString(), "--init", absent.toString()))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("gnomon.init: is \"" + absent + "\", where no file is");
  }

  @Test
  void aRunThatIsLargerThanAnyMachineIsRefusedBeforeItBegins() {
    Path run = folder.resolve("run");
    assertThat(gnomon("train", "--run", run.toString(), "--set", "gnomon.batch-size=100000000"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .startsWith("The run does not fit into memory; nothing was started.")
        .contains("gnomon.batch-size = ", "gnomon.memory.check = false");
    assertThat(run.resolve("config.resolved.conf")).doesNotExist();
  }

  @Test
  void samplingARunThatIsNotThereIsBadUsage() {
    assertThat(gnomon("sample", "--run", folder.resolve("absent").toString()))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("there is no such folder");
  }

  @Test
  void samplingARunWithoutACheckpointSaysHowToMakeOne() {
    assertThat(gnomon("sample", "--run", folder.toString())).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("has no checkpoint yet", "gnomon train --run");
  }

  @Test
  void twoConditionsAtOnceAreBadUsage() {
    assertThat(gnomon("sample", "--run", folder.toString(), "--prototype", "3", "--unconditional"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("mutually exclusive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-n=0", "--steps=0", "--guidance=-1", "--guidance=NaN", "--solver=rk9"})
  void samplingOptionsOutOfRangeAreBadUsage(String option) {
    assertThat(gnomon("sample", "--run", folder.toString(), option)).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains(": expected ");
  }

  @Test
  void aLostDeviceIsToldFromOtherFailures() {
    assertThat(DeviceLoss.isIn("CUDA error: an illegal memory access was encountered")).isTrue();
    assertThat(DeviceLoss.isIn("step 12: the loss is not finite")).isFalse();
  }

  private int gnomon(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
