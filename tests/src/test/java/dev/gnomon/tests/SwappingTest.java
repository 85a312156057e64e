package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.launch.Main;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.PendingConditions;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's example of swapping: its sources made a jar, and used by the real program, alone and
 * as two nodes that its message crosses.
 */
class SwappingTest {

  private static final Path SOURCES = Path.of("src/test/plugin");
  private static final long PATIENCE_SECONDS = 600;
  private static final String ASSIGNER = "gnomon.actors.assigner=";
  private static final String NETWORK = "gnomon.evaluate.feature-network=";
  private static final String SAID =
      "event=centroids score=\"FD \\(colour-histogram\\)\" checkpoint=64 used=[1-6] of=6 at-step=(48|64)\\n";

  @TempDir static Path folder;
  private static Path jar;
  private static Path alone; // a run of one process
  private static String untouched; // digest of its weights

  /** A version each 16 steps, so that a checkpoint holds conditions of an earlier checkpoint's. */
  private static final List<String> SETS =
      List.of(
          ASSIGNER + "com.example.CentroidAssigner",
          "gnomon.actors.evaluator=com.example.ColourEvaluator",
          NETWORK + "com.example.ColourHistogram",
          "gnomon.experiment.messages=[com.example.CentroidUse]",
          "gnomon.plugins.centroid-rate=0.1",
          "gnomon.publish-every=16",
          "gnomon.max-staleness=31",
          "gnomon.checkpoint.keep-newest=4");

  private static void packTheExample() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(classes);
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    jar = plugins.resolve("example.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path file : files(classes, ".class")) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }

  @BeforeAll
  static void train() throws Exception {
    packTheExample();
    alone = folder.resolve("alone");
    Ended first = train(alone, SETS);
    assertThat(first.code()).as(first.output()).isZero();
    untouched = TinyRuns.finalDigest(alone);
  }

  @Test
  void aRunUsesTheAssignerAndTheFeatureNetworkOfAJarAndGoesOnWithThem() throws Exception {
    String metrics = Files.readString(alone.resolve("metrics.jsonl"));
    assertThat(metrics).contains("\"FD (colour-histogram)\":").doesNotContain("seeded-conv");
    assertThat(metrics).contains("\"centroid_distance\":").doesNotContain("sinkhorn_loss");
    CheckpointStore store = new CheckpointStore(alone);
    WeightSet half = at(store, 32).weights("assigner");
    assertThat(half.names())
        .containsExactlyInAnyOrder("ema.prototypes.weight", "histogram", "step");
    List<Conditions> trainedUnder = PendingConditions.in(at(store, 48).weights("trunk"));
    assertThat(trainedUnder).extracting(Conditions::step).contains(48L, 63L);
    trainedUnder.forEach(conditions -> assertRowsAreOf(half, conditions));

    store.delete(at(store, TinyRuns.STEPS), 1);
    Ended resumed = train(alone, List.of());
    assertThat(resumed.code()).as(resumed.output()).isZero();
    assertThat(TinyRuns.finalDigest(alone)).isEqualTo(untouched);
  }

  /** Beside each score the evaluator's node says what the assigner's told it, as Kryo took it. */
  @Test
  void theAssignerTellsTheEvaluatorInAnotherProcessAndTheWeightsAreTheSame() throws Exception {
    Path run = folder.resolve("nodes");
    int seed = ClusterTest.freePort();
    try (GnomonProcess evaluator =
            node(run, "coordinator,data,checkpointer,evaluator", seed, seed);
        GnomonProcess assigner = node(run, "trainer,teacher,assigner", 0, seed)) {
      assertThat(evaluator.exit()).as(evaluator.told()).isZero();
      assertThat(assigner.exit()).as(assigner.told()).isZero();
    }
    assertThat(Files.readString(run.resolve("supervision.log"))).containsPattern(SAID);
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(untouched);
  }

  private static GnomonProcess node(Path run, String roles, int port, int seed) throws IOException {
    Path output = folder.resolve(roles + ".txt");
    List<Integer> seeds = List.of(seed);
    String[] sets = SETS.toArray(String[]::new);
    return GnomonProcess.node(jar.toString(), run, output, roles, port, seeds, sets);
  }

  @Test
  void theReadmeShowsTheSourcesThatAreCompiledHere() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    for (Path source : files(SOURCES, ".java")) {
      assertThat(readme).contains("```java\n" + Files.readString(source) + "```\n");
    }
  }

  @Test
  void aClassThatIsMissingOrOfAnotherKindIsRefusedBeforeAnythingStarts() throws Exception {
    Path run = folder.resolve("refused");
    Ended refused =
        train(
            run,
            List.of(
                ASSIGNER + "com.example.CentroidAsigner",
                NETWORK + "com.example.CentroidAssigner"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.output())
        .isEqualTo(
            """
            The configuration has 2 faults; nothing was started.
              --set gnomon.actors.assigner=com.example.CentroidAsigner: gnomon.actors.assigner: \
            is "com.example.CentroidAsigner", which is not there; put its jar into plugins/
              --set gnomon.evaluate.feature-network=com.example.CentroidAssigner: \
            gnomon.evaluate.feature-network: is "com.example.CentroidAssigner", \
            which does not implement dev.gnomon.model.metrics.FeatureNetwork
            """);
    assertThat(run).doesNotExist();
  }

  /** Each row that {@code conditions} trained an image under is the centroid of its code. */
  private static void assertRowsAreOf(WeightSet half, Conditions conditions) {
    float[] centroids = half.get("ema.prototypes.weight").floats();
    int[] named = conditions.rowCodes();
    assertThat(named).isNotEmpty().contains(conditions.codes());
    int width = conditions.rows().length / named.length;
    for (int i = 0; i < named.length; i++) {
      assertThat(Arrays.copyOfRange(conditions.rows(), i * width, (i + 1) * width))
          .as("row of code %d in step %d", named[i], conditions.step())
          .isEqualTo(Arrays.copyOfRange(centroids, named[i] * width, (named[i] + 1) * width));
    }
  }

  private static Checkpoint at(CheckpointStore store, long step) throws IOException {
    return store.list().stream().filter(kept -> kept.step() == step).findFirst().orElseThrow();
  }

  /** A process that is over. */
  private record Ended(int code, String output) {}

  private static Ended train(Path run, List<String> sets) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-Dai.djl.offline=true"));
    String classPath = System.getProperty("java.class.path") + File.pathSeparator + jar;
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(List.of("train", "--run", run.toString()));
    if (!sets.isEmpty()) {
      Path tiny = Files.write(folder.resolve("tiny.conf"), TinyRuns.sets());
      command.addAll(List.of("--config", tiny.toString()));
    }
    sets.forEach(set -> command.addAll(List.of("--set", set)));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output));
  }

  private static void compile(Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjectsFromPaths(files(SOURCES, ".java")))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
  }

  private static List<Path> files(Path root, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
