package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.data.PngFile;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.features.FeatureFolder;
import dev.gnomon.model.features.ImageCodes;
import dev.gnomon.model.features.NpyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Features of a run that is small enough to be made for the test, and their codes. */
class FeatureCommandsTest {

  private static final List<String> TINY =
      List.of(
          "gnomon.steps=4",
          "gnomon.batch-size=8",
          "gnomon.precision=fp32",
          "gnomon.threads=1",
          "gnomon.model.width=32",
          "gnomon.model.depth=2",
          "gnomon.model.heads=4",
          "gnomon.condition.prototypes=4",
          "gnomon.checkpoint.every=4",
          "gnomon.evaluate.every=0",
          "gnomon.http.enabled=false");

  @TempDir static Path folder;
  private static Path run;

  @TempDir Path made;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    List<String> arguments = new ArrayList<>(List.of("train", "--run", run.toString()));
    TINY.forEach(set -> arguments.addAll(List.of("--set", set)));
    assertThat(Main.run(writer, writer, arguments.toArray(String[]::new)))
        .as(said.toString())
        .isZero();
  }

  @Test
  void featuresOfAGridAreClusteredScoredAndDrawn() throws IOException {
    Path features = folder.resolve("grid");
    int code =
        gnomon(
            "features",
            "--run",
            run.toString(),
            "-n",
            "200",
            "--noise-levels",
            "0.2,0.6",
            "--out",
            features.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("6 files written, 0 were there.", "gnomon kmeans");
    assertThat(gnomon("kmeans", "--features", features.toString(), "-k", "5", "--restarts", "2"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("Best by AMI: layer", "Codes, SHA-256");
    Path made = features.resolve("kmeans-5");
    assertThat(Files.readAllLines(made.resolve("scores.tsv"))).hasSize(1 + 6);
    for (String map : List.of("nmi.png", "ami.png", "ari.png")) {
      assertThat(ImageIO.read(made.resolve(map).toFile()).getWidth()).isGreaterThan(300);
    }
    ImageCodes codes = ImageCodes.read(made.resolve("layer-01-noise-0.20.safetensors"));
    assertThat(codes.ids()).hasSize(200);
    assertThat(Arrays.stream(codes.codes()).distinct().count()).isEqualTo(5);
  }

  @Test
  void aRunTrainsUnderCodesAndGoesOnUnderTheSameOnly() throws IOException {
    Path features = folder.resolve("for-training");
    assertThat(
            gnomon(
                "features", "--run", run.toString(), "--layers", "1", "--out", features.toString()))
        .as(err.toString())
        .isZero();
    assertThat(gnomon(kmeans(features))).isZero();
    Path codes = features.resolve("kmeans-6/layer-01-noise-0.20.safetensors");
    Path guided = folder.resolve("guided");
    assertThat(gnomon(guided(guided, codes, 6))).as(err.toString()).isZero();
    CheckpointStore store = new CheckpointStore(guided);
    Checkpoint last = store.newest().checkpoint().orElseThrow();
    assertThat(last.manifest().settings().get("gnomon.condition.codes-digest"))
        .isEqualTo(SavedFile.sha256(codes));
    assertThat(Arrays.stream(last.weights("trunk").get("codes").doubles()).sum())
        .isEqualTo(8 * 8); // steps of images
    assertThat(Files.readString(guided.resolve("report.html")))
        .contains("share of each code that was trained under: 6 codes, as diverse as");
    assertThat(guided.resolve("pictures/codes.png")).isNotEmptyFile();

    Path again = folder.resolve("again");
    Path half = guided.resolve("checkpoints/step-000004");
    assertThat(gnomon("train", "--run", again.toString(), "--resume", half.toString())).isZero();
    assertThat(new CheckpointStore(again).newest().checkpoint().orElseThrow().manifest().digest())
        .isEqualTo(last.manifest().digest());

    String sample = guided.toString();
    assertThat(gnomon("sample", "--run", sample, "-n", "2", "--steps", "2", "--prototype", "5"))
        .isZero();
    assertThat(gnomon("sample", "--run", sample, "--prototype", "6")).isEqualTo(2);
    assertThat(err.toString()).contains("--prototype 6: expected 0 to 5");

    assertThat(gnomon(guided(folder.resolve("fewer"), codes, 5))).isEqualTo(3);
    assertThat(err.toString()).contains("has 6 clusters, and gnomon.condition.prototypes = 5");
    Files.move(codes, codes.resolveSibling("moved"));
    assertThat(gnomon(kmeans(features, "--seed", "1"))).isZero();
    assertThat(gnomon("train", "--run", guided.toString())).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString())
        .contains("gnomon.condition.codes-digest: is", "they are not those of this run");
  }

  @Test
  void codesOfAForeignNetworkAreASourceOfTheirOwn() throws IOException {
    Path network = folder.resolve("foreign.pt");
    Files.write(network, Kernels.archive());
    Path foreign = folder.resolve("foreign");
    Path own = folder.resolve("own");
    assertThat(gnomon(features("--network", network.toString(), "--out", foreign.toString())))
        .as(err.toString())
        .isZero();
    assertThat(gnomon(features("--layers", "1", "--out", own.toString()))).isZero();
    assertThat(gnomon(kmeans(foreign))).isZero();
    assertThat(out.toString()).contains("gnomon.condition.source=external");
    assertThat(gnomon(kmeans(own))).isZero();
    Path foreignCodes = foreign.resolve("kmeans-6/layer-00-noise-0.00.safetensors");
    Path ownCodes = own.resolve("kmeans-6/layer-01-noise-0.20.safetensors");

    Path run = folder.resolve("external");
    assertThat(gnomon(guided(run, foreignCodes, 6, "external"))).as(err.toString()).isZero();
    Checkpoint last = new CheckpointStore(run).newest().checkpoint().orElseThrow();
    assertThat(last.manifest().settings())
        .containsEntry("gnomon.condition.source", "external")
        .containsEntry("gnomon.condition.codes-digest", SavedFile.sha256(foreignCodes));

    Path refused = folder.resolve("refused");
    assertThat(gnomon(guided(refused, foreignCodes, 6, "kmeans"))).isEqualTo(2);
    assertThat(err.toString())
        .contains("gnomon.condition.source: is kmeans, but", "of a foreign network (SHA-256")
        .contains("set it to external");
    assertThat(gnomon(guided(refused, ownCodes, 6, "external"))).isEqualTo(2);
    assertThat(err.toString())
        .contains("gnomon.condition.source: is external, but", "of a run's own network (step 4")
        .contains("set it to kmeans");
  }

  private static String[] features(String... more) {
    List<String> arguments = new ArrayList<>(List.of("features", "--run", run.toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** Few iterations on many images. */
  private static String[] kmeans(Path features, String... more) {
    List<String> arguments = new ArrayList<>(List.of("kmeans", "--features", features.toString()));
    arguments.addAll(List.of("-k", "6", "--restarts", "1", "--iterations", "3"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static String[] guided(Path directory, Path codes, int clusters) {
    return guided(directory, codes, clusters, "kmeans");
  }

  private static String[] guided(Path directory, Path codes, int clusters, String source) {
    List<String> arguments = new ArrayList<>(List.of("train", "--run", directory.toString()));
    arguments.addAll(
        List.of("--init", run.resolve("checkpoints/step-000004/trunk.safetensors").toString()));
    TINY.forEach(set -> arguments.addAll(List.of("--set", set)));
    for (String set :
        List.of(
            "gnomon.steps=8",
            "gnomon.condition.source=" + source,
            "gnomon.condition.prototypes=" + clusters,
            "gnomon.condition.codes=" + codes)) {
      arguments.addAll(List.of("--set", set));
    }
    return arguments.toArray(String[]::new);
  }

  @Test
  void codesThatAreNotThereAreAFaultBeforeTheStart() {
    assertThat(gnomon("train", "--set", "gnomon.condition.source=kmeans")).isEqualTo(2);
    assertThat(err.toString()).contains("gnomon.condition.codes: is empty, expected a file");
    assertThat(
            gnomon(
                "train",
                "--set",
                "gnomon.condition.source=kmeans",
                "--set",
                "gnomon.condition.codes=/nowhere/codes"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("\"/nowhere/codes\", where no file is");
  }

  @Test
  void aFeatureIsTheSameWithOtherLayersAndNoiseLevels() throws IOException {
    Path all = folder.resolve("all");
    Path one = folder.resolve("one");
    String of = run.toString();
    gnomon(
        "features", "--run", of, "-n", "70", "--noise-levels", "0.1,0.2", "--out", all.toString());
    gnomon(
        "features",
        "--run",
        of,
        "-n",
        "70",
        "--noise-levels",
        "0.2",
        "--layers",
        "1",
        "--out",
        one.toString());
    assertThat(new FeatureFolder(one).entry(1, 0.2).file())
        .hasSameBinaryContentAs(new FeatureFolder(all).entry(1, 0.2).file());
  }

  @Test
  void aForeignNetworkSeesNormalisedImages() throws IOException {
    Path network = folder.resolve("itself.pt");
    Files.write(network, Kernels.archive()); // gives what it is given: the mean of each channel
    Path features = folder.resolve("itself");
    int code =
        gnomon(
            "features",
            "--run",
            run.toString(),
            "--network",
            network.toString(),
            "-n",
            "65",
            "--image-size",
            "16",
            "--mean",
            "0,0,0",
            "--std",
            "0.5,1,1",
            "--out",
            features.toString());
    assertThat(code).as(err.toString()).isZero();
    try (NpyFile rows = NpyFile.rows(new FeatureFolder(features).entry(0, 0).file())) {
      assertThat(rows.count()).isEqualTo(65);
      assertThat(rows.dimensions()).isEqualTo(3);
      float[] means = new float[65 * 3];
      rows.read(0, 65, means);
      for (int i = 0; i < means.length; i++) {
        assertThat(means[i]).isBetween(0f, i % 3 == 0 ? 2f : 1f);
      }
    }
    assertThat(gnomon("kmeans", "--features", features.toString(), "-k", "3")).isZero();
  }

  @Test
  void nothingStaysInNativeMemory() {
    Path features = folder.resolve("native");
    String[] command = {
      "features", "--run", run.toString(), "-n", "64", "--out", features.toString()
    };
    gnomon(command);
    long after = NativeArrays.live();
    gnomon(
        "features",
        "--run",
        run.toString(),
        "-n",
        "64",
        "--noise-levels",
        "0.9",
        "--out",
        features.toString());
    gnomon("kmeans", "--features", features.toString(), "-k", "2");
    assertThat(NativeArrays.live()).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features --layers 3 | --layers 3: expected some of 0 to 2, the blocks of this network",
        "features --layers=-1 | --layers -1: expected some of 0 to 2",
        "features --noise-levels 0.2,1.5 | --noise-levels 1.5: expected numbers in [0, 1]",
        "features --noise-levels NaN | --noise-levels NaN: expected numbers in [0, 1]",
        "features -n 0 | -n 0: expected at least 1",
        "features -n 9999999 | -n 9999999: expected at most",
        "features --checkpoint /nowhere/checkpoints/step-1 | expected the folder of a checkpoint",
        "features --network x --layers 0 | leave --layers and --noise-levels out",
        "features --device gpu7 | --device gpu7: the engine sees cpu; for GPUs point",
        "features --network x --std 1,0,1 | --std: expected three positive numbers",
        "kmeans -k 1 | -k 1 --restarts 5",
      })
  void whatCanNotBeIsBadUsage(String command, String answer) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    boolean features = arguments.get(0).equals("features");
    arguments.addAll(List.of(features ? "--run" : "--features", run.toString()));
    assertThat(gnomon(arguments.toArray(String[]::new))).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains(answer);
  }

  @Test
  void aPartOfTheGridLeavesTheTableOfTheWhole() throws IOException {
    Path features = folder.resolve("part");
    gnomon(features("-n", "64", "--layers", "0,2", "--out", features.toString()));
    assertThat(gnomon(kmeans(features))).as(err.toString()).isZero();
    List<String> table = Files.readAllLines(features.resolve("kmeans-6/scores.tsv"));
    assertThat(table).hasSize(1 + 2);
    assertThat(gnomon(kmeans(features, "--layers", "2"))).isZero();
    assertThat(features.resolve("kmeans-6/scores.tsv")).hasContent(String.join("\n", table));
    assertThat(gnomon(kmeans(features, "--layers", "2,99"))).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("--layers 99:", "holds none of it, but of 0, 2");
    assertThat(gnomon(kmeans(features, "--noise-levels", "0.7"))).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("--noise-levels 0.7:", "but of 0.2;");
  }

  @Test
  void imagesThatHaveChangedAreNotTakenForThoseOfBefore() throws IOException {
    Path images = Files.createDirectories(folder.resolve("changing"));
    for (int i = 0; i < 12; i++) {
      image(images.resolve(i + ".png"), 20 * i);
    }
    Path of = folder.resolve("of-changing");
    List<String> train = new ArrayList<>(List.of("train", "--run", of.toString()));
    train.addAll(List.of("--set", "gnomon.data.kind=folder", "--data", images.toString()));
    TINY.forEach(set -> train.addAll(List.of("--set", set)));
    assertThat(gnomon(train.toArray(String[]::new))).as(err.toString()).isZero();
    String[] first = {"features", "--run", of.toString(), "--layers", "1"};
    String[] second = {"features", "--run", of.toString(), "--layers", "2"};
    assertThat(gnomon(first)).as(err.toString()).isZero();

    image(images.resolve("3.png"), 77);
    assertThat(gnomon(second)).isEqualTo(ExitCode.DATA_UNUSABLE);
    assertThat(err.toString()).contains("holds features of another images-digest (");
    assertThat(gnomon("train", "--run", of.toString())).isEqualTo(ExitCode.DATA_UNUSABLE);
    assertThat(err.toString()).contains("was begun on other images than those that are there now");

    image(images.resolve("3.png"), 60);
    Path moved = Files.move(images, folder.resolve("changing-moved"));
    assertThat(gnomon("evaluate", "--run", of.toString(), "-n", "64"))
        .isEqualTo(ExitCode.DATA_UNUSABLE);
    String there = moved.toString();
    assertThat(gnomon("evaluate", "--run", of.toString(), "-n", "64", "--data", there))
        .as(err.toString())
        .isZero();
    assertThat(gnomon("train", "--run", of.toString(), "--data", there)).isZero();
  }

  private static void image(Path file, int grey) throws IOException {
    byte[] pixels = new byte[3 * 256];
    Arrays.fill(pixels, (byte) grey);
    Files.write(file, PngFile.bytes(pixels, 3, 16));
  }

  @Test
  void featuresLieWithTheRunThatTheyAreOf() {
    String checkpoint = run.resolve("checkpoints/step-000004").toString();
    String nowhere = folder.resolve("nowhere").toString();
    assertThat(gnomon("features", "--run", nowhere, "--checkpoint", checkpoint))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("nowhere: there is no such folder");
    assertThat(folder.resolve("nowhere")).doesNotExist();
    assertThat(gnomon("features", "--run", made.toString(), "--checkpoint", checkpoint))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("is of another run than --run");
  }

  @Test
  void whatIsNoFolderOfFeaturesAndNoNetworkIsUnusable() throws IOException {
    assertThat(gnomon("kmeans", "--features", run.toString(), "-k", "3"))
        .isEqualTo(ExitCode.DATA_UNUSABLE);
    assertThat(err.toString()).contains("there are no features; launch/gnomon features makes them");
    Path broken = folder.resolve("broken.pt");
    Files.writeString(broken, "no network");
    assertThat(gnomon("features", "--run", run.toString(), "--network", broken.toString()))
        .isEqualTo(ExitCode.DATA_UNUSABLE);
    assertThat(err.toString()).contains("broken.pt: is not a network that TorchScript saved");
  }

  @Test
  void featuresNeedACheckpoint() {
    assertThat(gnomon("features", "--run", folder.toString())).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("has no checkpoint yet");
  }

  private int gnomon(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
