package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.engine.NativeArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The actors give the weights of the sequential loop, bit for bit on one thread (DESIGN 5.2). */
class EquivalenceTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"1,0,1", "1,1,1", "4,7,1", "4,7,2"})
  void theActorsEndAsTheSequentialLoop(int publishEvery, int maxStaleness, int teachers)
      throws Exception {
    assertEquivalent(
        "gnomon.publish-every=" + publishEvery,
        "gnomon.max-staleness=" + maxStaleness,
        "gnomon.roles.teacher.instances=" + teachers);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "4,7,2"})
  void lateLostAndDoubledMessagesChangeNothing(int publishEvery, int maxStaleness, int teachers)
      throws Exception {
    assertEquivalent(
        Stream.concat(
                Stream.of(
                    "gnomon.publish-every=" + publishEvery,
                    "gnomon.max-staleness=" + maxStaleness,
                    "gnomon.roles.teacher.instances=" + teachers),
                Stream.of(Unreliable.sets()))
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"labels", "none"})
  void sourcesWithoutATeacherEndAsTheSequentialLoopToo(String source) throws Exception {
    assertEquivalent("gnomon.condition.source=" + source);
    boolean labels = source.equals("labels");
    assertPictures(labels, point -> labels ? point.code() == point.label() : point.code() == -1);
  }

  @Test
  void codesOfAFileEndAsTheSequentialLoopToo() throws Exception {
    Path codes = TinyRuns.codes(folder.resolve("codes.safetensors"), 6);
    assertEquivalent(
        "gnomon.condition.source=kmeans",
        "gnomon.condition.codes=\"" + codes + "\"",
        "akka.actor.serialize-messages=on");
    assertPictures(true, point -> point.code() >= 0 && point.code() < 6);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "4,7,2"})
  void aCodeAPatchEndsAsTheSequentialLoopToo(int publishEvery, int maxStaleness, int teachers)
      throws Exception {
    assertEquivalent(
        "gnomon.condition.source=bootstrap-patch",
        "gnomon.publish-every=" + publishEvery,
        "gnomon.max-staleness=" + maxStaleness,
        "gnomon.roles.teacher.instances=" + teachers,
        "akka.actor.serialize-messages=on");
    assertPictures(true, point -> point.code() >= 0 && point.code() < 6);
  }

  /** The queue is part of the assigner's half, and of its digest. */
  @Test
  void aQueueEndsAsInTheSequentialLoopAndIsNamedInTheManifest() throws Exception {
    assertEquivalent(
        "gnomon.condition.queue=5", "gnomon.publish-every=4", "gnomon.max-staleness=7");
    Manifest manifest =
        new CheckpointStore(folder.resolve("run")).newest().checkpoint().orElseThrow().manifest();
    assertThat(manifest.settings())
        .containsEntry("gnomon.condition.queue", "5")
        .containsEntry("gnomon.condition.masked-assignment", "false");
  }

  @Test
  void everyMessageMayPassThroughItsSerializer() throws Exception {
    assertEquivalent("akka.actor.serialize-messages=on", "gnomon.publish-every=1");
  }

  @Test
  void noNativeArrayOutlivesARun() throws Exception {
    RunSettings settings = TinyRuns.settings();
    run(settings, folder.resolve("first"));
    long after = NativeArrays.live();
    run(settings, folder.resolve("second"));
    assertThat(NativeArrays.live()).isEqualTo(after);
  }

  private void assertEquivalent(String... sets) throws Exception {
    RunSettings settings = TinyRuns.settings(sets);
    Path run = folder.resolve("run");
    assertThat(run(settings, run).outcome()).isEqualTo(RunSummary.Outcome.DONE);
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(settings, folder.resolve("oracle")));
  }

  private record Point(int code, int label) {}

  /** What the last evaluation drew of real images: their map, and a row a code where there are. */
  private void assertPictures(boolean rows, Predicate<Point> expected) throws IOException {
    String step = "run/samples/step-%06d".formatted(TinyRuns.STEPS);
    assertThat(Files.exists(folder.resolve(step + "-prototypes.png"))).isEqualTo(rows);
    List<Point> points =
        Files.readAllLines(folder.resolve(step + "-features.tsv")).stream()
            .skip(2)
            .map(line -> line.split("\t"))
            .map(fields -> new Point(Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
            .toList();
    assertThat(points).hasSizeGreaterThan(60).allMatch(expected);
  }

  private static RunSummary run(RunSettings settings, Path directory) throws Exception {
    return Gnomon.start(settings, directory, RunListener.silent()).await();
  }
}
