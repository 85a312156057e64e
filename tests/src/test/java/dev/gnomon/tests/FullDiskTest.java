package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checkpoints of a run lie on a small disk of their own, which is full for a while. */
class FullDiskTest {

  private static final long PAGE = 4096; // what a file on this disk is a multiple of

  @TempDir Path folder;
  private Path run;
  private Path disk;
  private boolean mounted;
  private String untouched;

  @BeforeEach
  void mountASmallDisk() throws Exception {
    run = folder.resolve("run");
    disk = Files.createDirectories(run.resolve("checkpoints"));
    mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=16m", "gnomon-test", disk.toString());
    assumeTrue(mounted, "nothing can be mounted here");
    untouched = TinyRuns.oracleDigest(TinyRuns.settings(), folder.resolve("oracle"));
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(succeeds("umount", "--lazy", disk.toString())).isTrue();
    }
  }

  @Test
  void trainingGoesOnAndWithRoomCheckpointsAreWrittenAgain() throws Exception {
    List<Long> meanwhile = new ArrayList<>();
    List<String> events =
        train(
            event -> {
              if (event.startsWith("event=checkpoint step=16 ")) {
                fill(0);
              } else if (failed(event, 32)) {
                meanwhile.addAll(steps());
                makeRoom();
              }
            });

    assertThat(events).anyMatch(e -> failed(e, 32) && e.contains("No space left on device"));
    assertThat(meanwhile).isNotEmpty().containsOnly(16L);
    assertThat(steps()).containsExactly(16L, 48L, 64L);
    assertThat(events).noneMatch(e -> e.startsWith("event=restart"));
  }

  @Test
  void theLastCheckpointIsTriedUntilThereIsRoom() throws Exception {
    List<String> events = train(fullAfter48(0));

    assertThat(events).anyMatch(e -> failed(e, 64) && e.contains("half was not written"));
    assertThat(steps()).containsExactly(16L, 32L, 48L, 64L);
  }

  @Test
  void halvesThatWereLostForTheirManifestsSakeAreWrittenAgain() throws Exception {
    Checkpoint alike =
        new CheckpointStore(folder.resolve("oracle")).newest().checkpoint().orElseThrow();
    long halves =
        alike.manifest().files().stream()
            .mapToLong(file -> (file.bytes() + PAGE - 1) / PAGE * PAGE)
            .sum();
    List<String> events = train(fullAfter48(halves));

    assertThat(events).anyMatch(e -> failed(e, 64) && e.contains("could not be committed"));
    assertThat(steps()).containsExactly(16L, 32L, 48L, 64L);
  }

  private Consumer<String> fullAfter48(long free) {
    return event -> {
      if (event.startsWith("event=checkpoint step=48 ")) {
        fill(free);
      } else if (failed(event, 64)) {
        makeRoom();
      }
    };
  }

  /** Trains to the end, which must be the right one; gives the lines of the supervision log. */
  private List<String> train(Consumer<String> onEvent) throws Exception {
    RunSettings settings =
        TinyRuns.settings("gnomon.checkpoint.keep-newest=9", "gnomon.deadlines.answer=300ms");
    List<String> events = new CopyOnWriteArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void onStep(StepReport report) {}

          @Override
          public void onEvent(String line) {
            events.add(line);
            onEvent.accept(line);
          }

          @Override
          public void onScored(long step, Map<String, Double> scores) {}

          @Override
          public void onFinished(RunSummary summary) {}
        };
    RunSummary summary = Gnomon.start(settings, run, listener).await();
    assertThat(summary.outcome()).as(events.toString()).isEqualTo(RunSummary.Outcome.DONE);
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(untouched);
    return events;
  }

  private static boolean failed(String event, long step) {
    return event.startsWith("event=checkpoint-failed step=" + step + " ");
  }

  /** Takes all the room there is but {@code free} bytes. */
  private void fill(long free) {
    try {
      long room = Files.getFileStore(disk).getUsableSpace() - free;
      Files.write(disk.resolve("filler"), new byte[Math.toIntExact(room)]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeRoom() {
    try {
      Files.deleteIfExists(disk.resolve("filler"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Steps of the checkpoints that are there and whole. */
  private List<Long> steps() {
    CheckpointStore store = new CheckpointStore(run);
    try {
      List<Long> steps = new ArrayList<>();
      for (Checkpoint checkpoint : store.list()) {
        steps.add(store.open(checkpoint.directory()).step());
      }
      return steps;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}
