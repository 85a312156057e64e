package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Skipped;
import dev.gnomon.model.engine.NativeArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs in which losses come out not finite: 64 steps, of which 25 are stage 1, with checkpoints
 * every 16. They end as the sequential loop that leaves out the same steps, or stop.
 */
class NonFiniteLossTest {

  @TempDir Path folder;
  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();

  /** At the last step before a checkpoint, the first after it, beside the boundary and on it. */
  @ParameterizedTest(name = "P = {0}, S = {1}: trainer {2}, assigner {3}, bad network {4}")
  @CsvSource({
    "1, 1, 15 25 48, 24 31 63, false",
    "4, 7, 24 32, 16 25 47, true",
  })
  void theRunEndsAsTheSequentialLoopWithoutThoseSteps(
      int publishEvery, int maxStaleness, String trainer, String assigner, boolean unreliable)
      throws Exception {
    Set<Long> skipped = new TreeSet<>(steps(trainer));
    skipped.addAll(steps(assigner));
    RunSettings settings =
        settings(
            NotFinite.sets(steps(trainer), steps(assigner), unreliable),
            "gnomon.publish-every=" + publishEvery,
            "gnomon.max-staleness=" + maxStaleness,
            "gnomon.restart.skipped-batches=8");

    RunSummary summary = run(settings);

    assertThat(summary.outcome()).as(summary.cause()).isEqualTo(Outcome.DONE);
    assertThat(summary.restarts()).isZero();
    assertEndsWithout(settings, skipped);
    assertThat(events.stream().filter(line -> line.startsWith("event=batch-skipped ")))
        .hasSize(skipped.size())
        .allMatch(line -> line.contains("/8 "))
        .allMatch(line -> line.contains("s loss is NaN at step "));
  }

  @Test
  void sourcesWithoutAnAssignerSkipBatchesToo() throws Exception {
    RunSettings settings =
        settings(
            NotFinite.sets(Set.of(0L, 16L, 17L), Set.of(), false),
            "gnomon.condition.source=labels");
    assertThat(run(settings).outcome()).isEqualTo(Outcome.DONE);
    assertEndsWithout(settings, Set.of(0L, 16L, 17L));
  }

  @Test
  void theFourthStopsTheRunNamingItsStepAndItsImages() throws Exception {
    RunSettings settings =
        settings(NotFinite.sets(Set.of(2L, 9L), Set.of(4L, 11L), false)); // the default is 3

    RunSummary summary = run(settings);

    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    String images = images(settings, 11);
    assertThat(summary.cause())
        .startsWith("step 11: the assigner's loss is NaN at step 11")
        .contains("(image ids " + images + ")")
        .endsWith("gnomon.restart.skipped-batches = 3");
    assertThat(events)
        .anyMatch(
            line ->
                line.startsWith("event=given-up actor=assigner step=11 ")
                    && line.contains("images=\"" + images + "\" attempt=4/3"))
        .anyMatch(line -> line.startsWith("event=over outcome=failed ") && line.contains(images));
  }

  @Test
  void aRunThatGoesOnLaterFindsInItsCheckpointWhatItSkipped() throws Exception {
    String[] sets = NotFinite.sets(Set.of(5L, 60L), Set.of(20L), false);
    RunSummary first = run(settings(sets, "gnomon.restart.skipped-batches=2"));
    assertThat(first.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(first.cause()).startsWith("step 60: ");
    long arrays = NativeArrays.live();
    long newest = newest().step();
    List<Long> kept = Stream.of(5L, 20L).filter(step -> step < newest).toList();
    assertThat(skipped()).extracting(Skipped::step).containsExactlyElementsOf(kept);

    events.clear();
    RunSettings settings = settings(sets, "gnomon.restart.skipped-batches=3");
    assertThat(run(settings).outcome()).isEqualTo(Outcome.DONE);

    assertEndsWithout(settings, Set.of(5L, 20L, 60L));
    assertThat(events.stream().filter(line -> line.startsWith("event=batch-skipped ")))
        .hasSize(3 - kept.size())
        .last()
        .asString()
        .contains("actor=trainer step=60 ", " attempt=3/3 ");
    assertThat(NativeArrays.live()).isEqualTo(arrays);
  }

  private static RunSettings settings(String[] sets, String... more) {
    return TinyRuns.settings(
        Stream.of(new String[] {"gnomon.evaluate.every=0"}, sets, more)
            .flatMap(Stream::of)
            .toArray(String[]::new));
  }

  private static Set<Long> steps(String words) {
    return Arrays.stream(words.split(" "))
        .map(Long::valueOf)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private RunSummary run(RunSettings settings) throws Exception {
    return Gnomon.start(
            settings,
            folder.resolve("run"),
            new RunListener() {
              @Override
              public void onStep(StepReport report) {}

              @Override
              public void onEvent(String line) {
                events.add(line);
              }

              @Override
              public void onScored(long step, Map<String, Double> scores) {}

              @Override
              public void onFinished(RunSummary summary) {}
            })
        .await();
  }

  private Checkpoint newest() throws IOException {
    return new CheckpointStore(folder.resolve("run")).newest().checkpoint().orElseThrow();
  }

  private List<Skipped> skipped() throws IOException {
    return newest().manifest().skipped();
  }

  /** Weights, manifest and metrics say the same. */
  private void assertEndsWithout(RunSettings settings, Set<Long> steps) throws IOException {
    assertThat(TinyRuns.finalDigest(folder.resolve("run")))
        .isEqualTo(TinyRuns.oracleDigest(settings, folder.resolve("oracle"), steps));
    assertThat(skipped()).extracting(Skipped::step).containsExactlyElementsOf(new TreeSet<>(steps));
    for (Skipped skipped : skipped()) {
      assertThat(skipped.reason()).contains("(image ids " + images(settings, skipped.step()) + ")");
    }
    List<String> lines = Files.readAllLines(folder.resolve("run/metrics.jsonl"));
    assertThat(lines).hasSize(64);
    for (int k = 0; k < 64; k++) {
      boolean trained = !steps.contains((long) k);
      assertThat(lines.get(k).contains("\"loss\":")).as("step " + k).isEqualTo(trained);
      assertThat(lines.get(k).contains("\"skipped\":")).as("step " + k).isNotEqualTo(trained);
    }
  }

  private static String images(RunSettings settings, long step) throws IOException {
    return Arrays.stream(TinyRuns.batches(settings).batch(step).ids())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }
}
