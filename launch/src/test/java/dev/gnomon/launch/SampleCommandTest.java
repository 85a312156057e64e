package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.PngFile;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All that sampling can show, of a run that is small enough to be made for the test. */
class SampleCommandTest {

  private static final List<String> TINY =
      List.of(
          "gnomon.steps=8",
          "gnomon.batch-size=8",
          "gnomon.precision=fp32",
          "gnomon.threads=1",
          "gnomon.model.width=32",
          "gnomon.model.depth=2",
          "gnomon.condition.prototypes=4",
          "gnomon.checkpoint.every=8",
          "gnomon.evaluate.every=0",
          "gnomon.evaluate.samples=256",
          "gnomon.evaluate.reference=64",
          "gnomon.evaluate.steps=2",
          "gnomon.http.enabled=false");

  private static final int ONE_LETTER = 2 + 8 + 4; // where images begin, screen pixels
  private static final int FOUR_LETTERS = 2 + 4 * 8 + 4;
  private static final int DIVIDER = 10;

  @TempDir static Path folder;
  private static Path run;

  @TempDir Path made;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    train(run);
  }

  private static void train(Path directory, String... more) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    List<String> arguments = new ArrayList<>(List.of("train", "--run", directory.toString()));
    TINY.forEach(set -> arguments.addAll(List.of("--set", set)));
    List.of(more).forEach(set -> arguments.addAll(List.of("--set", set)));
    assertThat(Main.run(writer, writer, arguments.toArray(String[]::new)))
        .as(said.toString())
        .isZero();
  }

  @Test
  void filesAndAnArchiveHoldTheImagesOfTheGrid() throws IOException {
    sample("-n", "70");
    sample("-n", "70", "--as", "files");
    sample("-n", "70", "--as", "npz");
    BufferedImage grid = ImageIO.read(the("-n70.png").toFile());
    List<Path> files;
    try (Stream<Path> all = Files.list(the("-n70"))) {
      files = all.sorted().toList();
    }
    assertThat(files).hasSize(70);
    assertThat(files.get(69).getFileName().toString()).matches("sample-000069-code-00\\d\\.png");
    byte[] images;
    byte[] codes;
    try (ZipFile npz = new ZipFile(the(".npz").toFile())) {
      images = npz.getInputStream(npz.getEntry("arr_0.npy")).readAllBytes();
      codes = npz.getInputStream(npz.getEntry("arr_1.npy")).readAllBytes();
    }
    assertThat(images).hasSize(128 + 70 * 16 * 16 * 3);
    for (int i : new int[] {0, 13, 69}) {
      BufferedImage file = ImageIO.read(files.get(i).toFile());
      assertThat(file.getWidth()).isEqualTo(16);
      int pitch = 4 * 16 + 2;
      int rgb = grid.getRGB(2 + i % 9 * pitch + 4 * 5, 2 + i / 9 * pitch + 4 * 3);
      assertThat(file.getRGB(5, 3)).isEqualTo(rgb);
      int at = 128 + ((i * 16 + 3) * 16 + 5) * 3;
      int stored =
          (images[at] & 0xff) << 16 | (images[at + 1] & 0xff) << 8 | (images[at + 2] & 0xff);
      assertThat(stored).isEqualTo(rgb & 0xffffff);
      assertThat(files.get(i).toString()).endsWith("-code-%03d.png".formatted(codes[128 + 8 * i]));
    }
  }

  @Test
  void likeAnImageOfPatchesTakesItsLayoutOfCodes() throws IOException {
    Path patches = folder.resolve("patches");
    train(patches, "gnomon.condition.source=bootstrap-patch");
    byte[] pixels = new byte[3 * 256];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (37 * (i / 64) + i % 16);
    }
    Path image = folder.resolve("image.png");
    Files.write(image, PngFile.bytes(pixels, 3, 16));
    String like = "--like=" + image;
    assertThat(gnomon("sample", "--run=" + patches, "--out=" + made, like, "-n=2", "--as=npz"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("prototypes of the image's patches");
    Path npz = the(".npz");
    assertThat(npz.getFileName().toString()).contains("-like-");
    byte[] stored;
    try (ZipFile zip = new ZipFile(npz.toFile())) {
      stored = zip.getInputStream(zip.getEntry("arr_0.npy")).readAllBytes();
    }
    int[] codes = codesOf(patches, pixels);
    assertThat(codes).hasSize(16);
    byte[] expected = samples(patches, codes);
    for (int i = 0; i < 2 * 256; i++) {
      for (int channel = 0; channel < 3; channel++) {
        int made = stored[128 + 3 * i + channel] & 0xff;
        int plain = expected[(i / 256 * 3 + channel) * 256 + i % 256] & 0xff;
        assertThat(Math.abs(made - plain)).isLessThanOrEqualTo(1); // other threads round otherwise
      }
    }
  }

  /** The first block of a run's samples, each with these codes. */
  private static byte[] samples(Path run, int[] codes) {
    TrainedModel model = TrainedModel.at(run.resolve("checkpoints/step-000008"));
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        ImageSampler sampler = model.sampler(device)) {
      return sampler
          .sample(0, 0, model.settings().evaluation().sampling(), sampler.alike(codes))
          .pixels();
    }
  }

  private static int[] codesOf(Path run, byte[] pixels) {
    TrainedModel model = TrainedModel.at(run.resolve("checkpoints/step-000008"));
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        ImageSampler sampler = model.sampler(device)) {
      return sampler.codes(new ImageBatch(0, 3, 16, pixels, new long[1], new int[] {-1}));
    }
  }

  @Test
  void likeAnImageIsItsOwnPrototype() throws IOException {
    byte[] pixels = new byte[3 * 256];
    Arrays.fill(pixels, 256, 512, (byte) 200);
    Path image = folder.resolve("green.png");
    Files.write(image, PngFile.bytes(pixels, 3, 16));
    sample("--like", image.toString(), "-n", "2", "--as", "files");
    assertThat(the("-n2").getFileName().toString())
        .contains("-prototype-%03d-".formatted(codesOf(run, pixels)[0]));
  }

  @Test
  void aChainEndsWithThePlainSamples() throws IOException {
    sample("-n", "3", "--chain", "--steps", "5");
    sample("-n", "3", "--steps", "5", "--as", "files");
    assertThat(out.toString()).contains("3 samples of step 8, euler, 5 steps", "at 5 times");
    BufferedImage chain = ImageIO.read(the("-chain-3.png").toFile());
    assertThat(image(chain, 0, 5, ONE_LETTER + DIVIDER)).isEqualTo(plain(2));
    assertThat(image(chain, 0, 0, ONE_LETTER)).isNotEqualTo(plain(2));
  }

  @Test
  void betweenPrototypesTheEndsAreThePlainSamples() throws IOException {
    sample("-n", "9", "--between-prototypes", "1,3", "--positions", "8", "--steps", "3");
    BufferedImage between = ImageIO.read(the("-between-prototypes-1-3-9x8.png").toFile());
    sample("-n", "9", "--prototype", "1", "--steps", "3", "--as", "files");
    assertNear(image(between, 0, 0, ONE_LETTER), plain(8));
    sample("-n", "9", "--prototype", "3", "--steps", "3", "--as", "files");
    assertNear(image(between, 0, 7, ONE_LETTER), plain("prototype-003", 8));
  }

  @Test
  void betweenNoisesTheEndsAreThePlainSamples() throws IOException {
    sample("-n", "2", "--between-noises", "62,5", "--steps", "3");
    sample("-n", "64", "--steps", "3", "--as", "files");
    BufferedImage between = ImageIO.read(the("-between-noises-62-5-2x9.png").toFile());
    assertNear(image(between, 0, 0, FOUR_LETTERS), plain(63));
    assertNear(image(between, 0, 8, FOUR_LETTERS), plain(6));
    sample("-n", "1", "--between-noises", "0,1", "--unconditional");
    assertThat(the("-between-noises-0-1-1x9.png").toString()).contains("-unconditional-");
  }

  @Test
  void aSweepsDistanceIsThatOfEvaluation() throws IOException {
    sample("--sweep", "guidance=0,0.8", "--seed", "1");
    List<String> rows = Files.readAllLines(the(".tsv"));
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0))
        .isEqualTo(
            "guidance\tnetwork evaluations\tpasses\tpasses saved\tsamples\timages\tFD (seeded-conv)");
    assertThat(rows.get(2)).startsWith("0.8\t2.0\t4.0\t0.0\t256\t64\t");
    assertThat(gnomon("evaluate", "--run=" + run, "--guidance=0.8", "--metrics=fd")).isZero();
    double distance = Double.parseDouble(rows.get(2).split("\t")[6]);
    assertThat(out.toString()).containsPattern("fd +\\Q%.6g\\E\\R".formatted(distance));
    assertThat(ImageIO.read(the("-sweep-guidance-0-0.8-on-256-fd.png").toFile()).getWidth())
        .isGreaterThan(300);
    BufferedImage grid = ImageIO.read(the("-sweep-guidance-0-0.8.png").toFile());
    assertThat(grid.getHeight()).isBetween(2 * 50, 3 * 50);
  }

  @Test
  void aSweepOfStepsCountsTheNetworksEvaluations() throws IOException {
    sample(
        "--sweep=steps=1,3",
        "--solver=heun",
        "--grid-only",
        "--prototype=2",
        "--guidance=1",
        "--guidance-noise=0,0.7");
    assertThat(out.toString())
        .contains("steps 1: 2 network evaluations, 3.0 passes a sample (1.0 saved)")
        .contains("steps 3: 6 network evaluations, 11.0 passes a sample (1.0 saved)")
        .doesNotContain("FD");
    try (Stream<Path> files = Files.list(made)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void whereTheImagesAreNotAtHandASweepIsAGrid() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (int i = 0; i < 12; i++) {
      byte[] pixels = new byte[3 * 256];
      Arrays.fill(pixels, (byte) (20 * i));
      Files.write(images.resolve(i + ".png"), PngFile.bytes(pixels, 3, 16));
    }
    Path other = folder.resolve("other");
    train(
        other,
        "gnomon.data.kind=folder",
        "gnomon.data.path=" + images,
        "gnomon.steps=2",
        "gnomon.checkpoint.every=2");
    Files.move(images, folder.resolve("moved"));
    assertThat(gnomon("sample", "--run=" + other, "--sweep=steps=1,2", "--out=" + made))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains(
            "No curve, as the run's images are not at hand: ", "steps 2: 2 network evaluations")
        .contains("2 rows of step 2, steps from 1 to 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--chain --sweep=steps=1,2 | --chain, --sweep: each is a picture of its own",
        "--between-noises=0,1 --between-prototypes=0,1 | give one of them",
        "--chain --as=npz | --as: --chain writes a picture of its own; leave --as out",
        "--chain -n 65 | -n 65: --chain shows at most 64 samples",
        "--chain --solver=dopri5-per-sample | take another --solver, such as dopri5",
        "--between-prototypes=0,1 --prototype=2 | --prototype: the prototypes are those of",
        "--between-prototypes=0,4 | --between-prototypes 4: expected 0 to 3",
        "--between-prototypes=2,2 | expected two numbers from 0 on, not the same",
        "--between-noises=0,-1 | expected two numbers from 0 on",
        "--between-noises=0 | is not two numbers, such as 0,5",
        "--between-noises=0,1 --positions=1 | --positions 1: expected at least 2",
        "--between-noises=0,1 -n 9999 | -n 9999 rows of 9 positions: --between-noises shows at most 4096",
        "--between-noises=0,1 --solver=euler-maruyama | take another --solver",
        "--between-noises=0,1 --solver=dopri5 | the ends would not be the plain samples; take --solver dopri5-per-sample",
        "--positions=5 | --positions: there are none",
        "--sweep=guidance=0,1 --grid-only -n 8 | -n 8: --grid-only shows the same few of each",
        "--solver=dopri5 --steps=3 | --steps 3: dopri5 chooses its own",
        "--solver=euler --tolerance=0.1 | --tolerance 0.1: euler has none",
        "--solver=heun --diffusion=sigma | --diffusion sigma: heun does not diffuse",
        "--unconditional --guidance=3 | samples without a condition have none",
        "--grid-only | --grid-only: there is only a grid",
        "--sweep=guidance=0,1 --guidance=2 | --guidance: --sweep goes through its values",
        "--sweep=steps=2,3 --steps=2 | --steps: --sweep goes through its values",
        "--sweep=guidance=0,1 --unconditional | leave --unconditional out",
        "--sweep=steps=2,3 --solver=dopri5 | dopri5 chooses its own",
        "--sweep=steps=2,3 --prototype=1 | add --grid-only",
        "--sweep=steps=2,3 -n 64 | -n 64: FD (seeded-conv) needs at least",
        "--sweep=noise=2,3 | neither guidance=VALUES nor steps=VALUES",
        "-n 5000 | -n 5,000: a grid has at most 4,096 images; write them --as npz",
        "--as=jpeg | expected one of [GRID, FILES, NPZ]",
      })
  void whatCanNotBeIsBadUsageWithARemedy(String options, String answer) {
    List<String> arguments = new ArrayList<>(List.of("sample", "--run", run.toString()));
    arguments.addAll(List.of(options.split(" ")));
    assertThat(gnomon(arguments.toArray(String[]::new))).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains(answer);
  }

  @Test
  void anImageThatIsNotThereIsSaid() {
    assertThat(gnomon("sample", "--run=" + run, "--out=" + made, "--like=/nowhere.png"))
        .isEqualTo(ExitCode.DATA_UNUSABLE);
    assertThat(err.toString()).contains("/nowhere.png: there is no such file");
  }

  @Test
  void aFolderOfFilesHoldsWhatWasMadeLastAndNothingElse() throws IOException {
    sample("-n", "3", "--as", "files");
    Path images = the("-n3");
    Files.createFile(images.resolve("sample-000000-code-099.png")); // of another model
    Path cut = Files.createDirectory(made.resolve("." + images.getFileName() + ".partial"));
    Files.createFile(cut.resolve("sample-000002.png"));
    sample("-n", "3", "--as", "files");
    try (Stream<Path> files = Files.list(images)) {
      assertThat(files).hasSize(3);
    }
    assertThat(cut).doesNotExist();
  }

  @Test
  void whereNothingCanBeWrittenNothingIsSampled() throws IOException {
    Path file = Files.createFile(made.resolve("file"));
    int code = gnomon("sample", "--run=" + run, "--out=" + file.resolve("below"));
    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("below: files can not be written there (");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aNetworkThatWasNeverWithoutConditionsIsNotGuided() {
    Path never = folder.resolve("never");
    train(never, "gnomon.condition.drop-probability=0", "gnomon.guidance.strength=0");
    for (String option : List.of("--guidance=1", "--sweep=guidance=0,1")) {
      assertThat(gnomon("sample", "--run=" + never, "--out=" + made, option))
          .isEqualTo(ExitCode.BAD_USAGE);
      assertThat(err.toString()).contains("was never trained without its conditions");
    }
    assertThat(gnomon("sample", "--run=" + never, "--out=" + made, "-n=1")).isZero();
  }

  @Test
  void nothingNativeStaysBehind() throws IOException {
    sample("--chain", "-n", "1");
    long before = NativeArrays.live();
    sample("--chain", "-n", "1");
    sample("--between-noises", "0,1", "-n", "1");
    sample("--sweep", "steps=1,2", "--grid-only");
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  private void sample(String... options) {
    List<String> arguments = new ArrayList<>(List.of("sample", "--run=" + run, "--out=" + made));
    arguments.addAll(Arrays.asList(options));
    assertThat(gnomon(arguments.toArray(String[]::new))).as(err.toString()).isZero();
  }

  private Path the(String ending) throws IOException {
    try (Stream<Path> files = Files.list(made)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private int[] plain(int index) throws IOException {
    return plain("", index);
  }

  /** Pixels of a sample that was written as a file. */
  private int[] plain(String folderHas, int index) throws IOException {
    try (Stream<Path> all = Files.walk(made)) {
      Path file =
          all.filter(path -> path.toString().contains(folderHas))
              .filter(path -> path.toString().contains("sample-%06d".formatted(index)))
              .findFirst()
              .orElseThrow();
      return ImageIO.read(file.toFile()).getRGB(0, 0, 16, 16, null, 0, 16);
    }
  }

  /** Pixels of an image of a view: counted from below, and from behind the names of its rows. */
  private static int[] image(BufferedImage view, int fromBelow, int column, int left) {
    int pitch = 3 * 16 + 2;
    int x = left + column * pitch;
    int y = view.getHeight() - (fromBelow + 1) * pitch;
    int[] pixels = new int[256];
    for (int i = 0; i < 256; i++) {
      pixels[i] = view.getRGB(x + 3 * (i % 16), y + 3 * (i / 16));
    }
    return pixels;
  }

  private static void assertNear(int[] one, int[] other) {
    assertThat(one).hasSameSizeAs(other);
    for (int i = 0; i < one.length; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        int gap = (one[i] >> shift & 0xff) - (other[i] >> shift & 0xff);
        assertThat(Math.abs(gap)).isLessThanOrEqualTo(1);
      }
    }
  }

  private int gnomon(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
