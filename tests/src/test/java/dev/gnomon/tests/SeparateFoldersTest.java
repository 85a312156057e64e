package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of several processes, each with a folder of its own: the checkpointer's is the store, and
 * what others need of it travels.
 */
class SeparateFoldersTest {

  private static final String[] SETS = {
    "gnomon.publish-every=4",
    "gnomon.max-staleness=7",
    "gnomon.steps=240",
    "gnomon.evaluate.every=0"
  };

  @TempDir private Path folder;
  private int seed;
  private int second;

  @BeforeEach
  void choosePorts() throws IOException {
    seed = freePort();
    second = freePort();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** A node with the folder {@code name}, which is seed node too if it has that port. */
  private GnomonProcess node(String name, String roles, int port, String... sets)
      throws IOException {
    String[] all = Stream.concat(Stream.of(SETS), Stream.of(sets)).toArray(String[]::new);
    return GnomonProcess.node(
        folder.resolve(name),
        folder.resolve(name + ".txt"),
        roles,
        port,
        List.of(seed, second),
        all);
  }

  private static void assertEnds(GnomonProcess... nodes) throws Exception {
    for (GnomonProcess node : nodes) {
      assertThat(node.exit()).as(node.told()).isZero();
    }
  }

  private void assertSameWeightsAsOneLoop(String store) throws IOException {
    assertThat(TinyRuns.finalDigest(folder.resolve(store)))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(SETS), folder.resolve("oracle")));
  }

  /** Names below a node's folder; none where there is no such place. */
  private List<String> names(String below) throws IOException {
    Path path = folder.resolve(below);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Whether a node has said so in its own log, or in the run's where it coordinates. */
  private boolean hasLogged(String name, String event) throws IOException {
    List<Path> logs = new ArrayList<>(List.of(folder.resolve(name).resolve("supervision.log")));
    for (String node : names(name + "/nodes")) {
      logs.add(folder.resolve(name).resolve("nodes").resolve(node).resolve("supervision.log"));
    }
    for (Path log : logs) {
      if (Files.exists(log) && Files.readString(log).contains(event)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aTrainerThatIsKilledAndStartedInAnEmptyFolderLosesNothing() throws Exception {
    String scored = "gnomon.evaluate.every=32";
    try (GnomonProcess store = node("store", "coordinator,data,checkpointer", seed, scored);
        GnomonProcess other = node("other", "teacher,assigner,evaluator", second, scored)) {
      int port = freePort();
      try (GnomonProcess first = node("first", "trainer", port, scored)) {
        store.awaitStep(100);
        assertThat(first.isAlive()).as(first.told()).isTrue();
      } // SIGKILL
      try (GnomonProcess again = node("again", "trainer", port, scored)) {
        assertEnds(store, again, other);
      }
    }
    assertSameWeightsAsOneLoop("store");
    assertThat(names("first/checkpoints")).noneMatch(name -> name.startsWith("step-"));
    assertThat(names("again/fetched")).hasSize(1).allMatch(name -> name.contains("trunk"));
    assertThat(names("again/checkpoints")).as("halves that nobody needs").isEmpty();
    assertThat(names("other/fetched")).anyMatch(name -> name.contains("trunk"));
    assertThat(hasLogged("other", "event=fetched")).isTrue();
    assertThat(Files.readString(folder.resolve("store/metrics.jsonl"))).contains("\"fd\":");
  }

  @Test
  @Tag("faults")
  void aCoordinatorAndCheckpointerThatIsKilledAndStartedAgainLosesNothing() throws Exception {
    try (GnomonProcess trainer = node("trainer", "trainer,assigner", second);
        GnomonProcess teacher = node("teacher", "teacher,data", 0)) {
      try (GnomonProcess first = node("store", "coordinator,checkpointer", seed)) {
        first.awaitStep(100);
      } // SIGKILL
      try (GnomonProcess again = node("store", "coordinator,checkpointer", seed)) {
        assertEnds(again, trainer, teacher);
      }
    }
    assertSameWeightsAsOneLoop("store");
  }

  @Test
  @Tag("faults")
  void coordinatorAndCheckpointerNeedNoCommonFolder() throws Exception {
    String[] rare = {"gnomon.checkpoint.every=32", "gnomon.evaluate.every=64"};
    try (GnomonProcess coordinator = node("coordinator", "coordinator,data", seed, rare);
        GnomonProcess trainer =
            node("trainer", "trainer,assigner,teacher,evaluator", second, rare)) {
      int port = freePort();
      try (GnomonProcess first = node("store", "checkpointer", port, rare)) {
        coordinator.awaitStep(70);
        assertThat(first.isAlive()).as(first.told()).isTrue();
      } // SIGKILL
      try (GnomonProcess again = node("store", "checkpointer", port, rare)) {
        assertEnds(coordinator, trainer, again);
      }
    }
    assertSameWeightsAsOneLoop("store");
    assertThat(names("coordinator/checkpoints")).isEmpty();
    assertThat(names("store/lineages")).contains("000001");
  }

  /** Its folder is lost too; the store knows which lineages there were. */
  @Test
  @Tag("faults")
  void aCoordinatorThatIsKilledAndStartedInAnEmptyFolderTakesTheRunOver() throws Exception {
    try (GnomonProcess store = node("store", "checkpointer,data,teacher", second);
        GnomonProcess trainer = node("trainer", "trainer,assigner", 0)) {
      try (GnomonProcess first = node("first", "coordinator", seed)) {
        first.awaitStep(100);
      } // SIGKILL
      try (GnomonProcess again = node("again", "coordinator", seed)) {
        assertEnds(again, store, trainer);
      }
    }
    assertSameWeightsAsOneLoop("store");
    assertThat(names("again/lineages")).doesNotContain("000001").contains("000002");
  }

  @Test
  @Tag("faults")
  void aTrainerThatIsToldToEndHearsThatItsCheckpointIsWritten() throws Exception {
    String[] rare = {"gnomon.checkpoint.every=240", "gnomon.evaluate.every=0"};
    try (GnomonProcess store =
        node("store", "coordinator,data,checkpointer,teacher,assigner", seed, rare)) {
      try (GnomonProcess first = node("first", "trainer", second, rare)) {
        store.awaitStep(60);
        first.signal("TERM");
        assertEnds(first);
      }
      List<Checkpoint> written = new CheckpointStore(folder.resolve("store")).list();
      assertThat(written).as(store.told()).hasSize(1);
      try (GnomonProcess again = node("again", "trainer", second, rare)) {
        assertEnds(store, again);
      }
      assertThat(hasLogged("store", "step=" + written.get(0).step() + " of=240")).isTrue();
    }
    assertSameWeightsAsOneLoop("store");
  }

  @Test
  @Tag("faults")
  void aTrainerThatWakesUpAfterItsSuccessorDoesTheStoreNoHarm() throws Exception {
    String[] longer = {"gnomon.steps=600"};
    try (GnomonProcess store = node("store", "coordinator,data,checkpointer", seed, longer);
        GnomonProcess other = node("other", "teacher,assigner", second, longer);
        GnomonProcess first = node("first", "trainer", 0, longer)) {
      store.awaitStep(100);
      first.signal("STOP");
      try (GnomonProcess successor = node("successor", "trainer", 0, longer)) {
        store.await("the successor", () -> hasLogged("store", "event=lineage number=2"));
        store.awaitStep(300);
        first.signal("CONT");
        assertEnds(store, other, successor);
      }
      // Where it was downed meanwhile it may be started again; else it stood by to the end.
      assertThat(first.exit()).as(first.told()).isIn(0, 71);
    }
    CheckpointStore store = new CheckpointStore(folder.resolve("store"));
    assertThat(store.newest().rejected()).isEmpty();
    assertThat(store.list()).allMatch(checkpoint -> checkpoint.manifest().lineage() > 1);
    assertThat(TinyRuns.finalDigest(folder.resolve("store")))
        .isEqualTo(
            TinyRuns.oracleDigest(
                TinyRuns.settings(
                    Stream.concat(Stream.of(SETS), Stream.of(longer)).toArray(String[]::new)),
                folder.resolve("oracle")));
  }

  /** A disk of their own that is too small for a second checkpoint, until there is room. */
  @Test
  @Tag("faults")
  void aStoreWhoseDiskIsFullLosesCheckpointsAndNoStep() throws Exception {
    assertFullDiskIsSurvived("store");
  }

  @Test
  @Tag("faults")
  void anOwnerWhoseDiskIsFullLosesCheckpointsAndNoStep() throws Exception {
    assertFullDiskIsSurvived("trainer");
  }

  private void assertFullDiskIsSurvived(String whose) throws Exception {
    Path disk = Files.createDirectories(folder.resolve(whose).resolve("checkpoints"));
    String mount = disk.toString();
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=16m", "gnomon-test", mount),
        "nothing can be mounted here");
    try (GnomonProcess store = node("store", "coordinator,data,checkpointer", seed);
        GnomonProcess trainer = node("trainer", "trainer,assigner,teacher", second)) {
      store.await("a checkpoint", () -> hasLogged("store", "event=checkpoint step=16"));
      Path filler = disk.resolve("filler");
      Files.write(filler, new byte[(int) Files.getFileStore(disk).getUsableSpace()]);
      store.await("the trouble", () -> hasLogged("store", "No space left on device"));
      Files.delete(filler);
      assertEnds(store, trainer);
      assertThat(hasLogged("store", "event=restart")).isFalse();
      assertSameWeightsAsOneLoop("store");
    } finally {
      assertThat(run("umount", "--lazy", mount)).isTrue();
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}
