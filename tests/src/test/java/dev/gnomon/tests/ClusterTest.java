package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.operator.ServedAt;
import dev.gnomon.launch.Main;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of several processes on this machine. */
class ClusterTest {

  private static final String[] STALE = {"gnomon.publish-every=4", "gnomon.max-staleness=7"};

  @TempDir private Path folder;
  private Path run;
  private int seed;

  @BeforeEach
  void name() throws IOException {
    run = folder.resolve("run");
    seed = freePort();
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private GnomonProcess node(String roles, int port, String... sets) throws IOException {
    return GnomonProcess.node(run, folder.resolve(roles + ".txt"), roles, port, seed, sets);
  }

  @Test
  @Tag("faults")
  void nodesTrainToTheWeightsOfOneLoop() throws Exception {
    try (GnomonProcess teacher = node("teacher", 0, STALE);
        GnomonProcess trainer = node("trainer,assigner", 0, STALE);
        GnomonProcess rest = node("coordinator,data,checkpointer,evaluator", seed, STALE)) {
      assertThat(rest.exit()).as(rest.told()).isZero();
      assertThat(trainer.exit()).as(trainer.told()).isZero();
      assertThat(teacher.exit()).as(teacher.told()).isZero();
    }
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(STALE), folder.resolve("oracle")));
  }

  @Test
  void aNodeOfAnotherConfigurationIsRefusedAndToldWhichKey() throws Exception {
    try (GnomonProcess rest = node("coordinator,data,checkpointer", seed)) {
      rest.await("its node", () -> rest.told().contains("Node 127.0.0.1"));
      try (GnomonProcess other = node("trainer", 0, "gnomon.seed=5")) {
        assertThat(other.exit()).as(other.told()).isEqualTo(2);
        assertThat(other.told()).contains("gnomon.seed: is 1 in this run, but 5 now");
      }
      assertThat(rest.isAlive()).as(rest.told()).isTrue();
    }
  }

  /** A node that does not see the run's folder finds out when it joins. */
  @Test
  void aNodeOfAnotherConfigurationIsRefusedByTheCluster() throws Exception {
    try (GnomonProcess rest = node("coordinator,data,checkpointer", seed)) {
      rest.await("its node", () -> rest.told().contains("Node 127.0.0.1"));
      try (GnomonProcess other =
          GnomonProcess.node(
              folder.resolve("elsewhere"),
              folder.resolve("other.txt"),
              "trainer",
              0,
              seed,
              "gnomon.seed=5")) {
        assertThat(other.exit()).as(other.told()).isEqualTo(1);
        assertThat(other.told()).contains("incompatible cluster configuration");
      }
      rest.await("the reason", () -> log(run).contains("gnomon.seed is 5 there, 1 here"));
      assertThat(rest.isAlive()).as(rest.told()).isTrue();
    }
  }

  private static String log(Path run) throws IOException {
    try (Stream<Path> logs = Files.walk(run.resolve("nodes"))) {
      Path coordinators =
          logs.filter(p -> p.endsWith("gnomon.log") && p.toString().contains("coordinator"))
              .findFirst()
              .orElseThrow();
      return Files.readString(coordinators);
    }
  }

  /** In its own place; the weights are the same, and operators have their say. */
  @Test
  void aTrainerThatIsKilledAndStartedAgainLosesNothing() throws Exception {
    String[] slow = {"gnomon.publish-every=4", "gnomon.max-staleness=7", "gnomon.steps=400"};
    try (GnomonProcess rest = node("coordinator,data,checkpointer,evaluator", seed, slow);
        GnomonProcess other = node("teacher,assigner", 0, slow)) {
      int port = freePort();
      try (GnomonProcess first = node("trainer", port, slow)) {
        first.awaitStep(180);
        operate(first);
      } // SIGKILL
      try (GnomonProcess again = node("trainer", port, slow)) {
        assertThat(rest.exit()).as(rest.told()).isZero();
        assertThat(again.exit()).as(again.told()).isZero();
        assertThat(other.exit()).as(other.told()).isZero();
      }
    }
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(slow), folder.resolve("oracle")));
    assertThat(Files.readString(run.resolve("supervision.log")))
        .containsPattern("event=node-joined node=\\S+ roles=trainer")
        .containsPattern("event=paused step=\\d+")
        .containsPattern("event=lost actor=trainer there=0 .*weights=\\d+ lost=\\d+")
        .containsPattern("event=node-(downed|lost) node=\\S+ roles=trainer")
        .containsPattern("event=joined actor=trainer there=1")
        .contains("event=over outcome=done step=400 of=400")
        .containsPattern("event=ended node=\\S+ as=left");
  }

  /** Asks and tells a run by way of a process that does not coordinate it. */
  private void operate(GnomonProcess process) throws Exception {
    String address = process.told().replaceFirst("(?s).*Answers operators on (\\S+):.*", "$1");
    String token = run.resolve("http/token").toString();
    assertThat(gnomon("tell", address, "pause", "--token-file", token)).contains("paused: no step");
    assertThat(gnomon("status", "--address", address))
        .contains("Run run: paused, step ", "\n  trainer ", "\n  teacher ", "\n  scorer ");
    assertThat(ServedAt.in(run)).hasSize(3);
    for (ServedAt place : ServedAt.in(run)) {
      assertThat(answer(place.address(), "/alive")).isEqualTo("alive\n");
      assertThat(answer(place.address(), "/ready")).isEqualTo("ready\n");
    }
    assertThat(gnomon("tell", run.toString(), "continue")).contains("continued at step ");
  }

  /** What the command says when all is well. */
  private static String gnomon(String... arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);
    assertThat(Main.run(out, out, arguments)).as(said.toString()).isZero();
    return said.toString();
  }

  private static String answer(String address, String path) throws IOException {
    try (InputStream in = new URL("http://" + address + path).openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Tag("faults")
  void aTrainerThatIsToldToEndLeavesAfterACheckpoint() throws Exception {
    String[] slow = {"gnomon.publish-every=4", "gnomon.max-staleness=7", "gnomon.steps=600"};
    String[] rare = {
      slow[0], slow[1], slow[2], "gnomon.checkpoint.every=600", "gnomon.evaluate.every=0"
    };
    try (GnomonProcess rest = node("coordinator,data,checkpointer,teacher,assigner", seed, rare)) {
      try (GnomonProcess first = node("trainer", 0, rare)) {
        first.awaitStep(100);
        first.signal("TERM");
        assertThat(first.exit()).as(first.told()).isZero();
      }
      assertThat(new CheckpointStore(run).list()).as(rest.told()).isNotEmpty();
      try (GnomonProcess second = node("trainer", 0, rare)) {
        assertThat(rest.exit()).as(rest.told()).isZero();
        assertThat(second.exit()).as(second.told()).isZero();
      }
    }
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(slow), folder.resolve("oracle")));
  }

  @Test
  void aCoordinatorThatIsToldToEndEndsTheRunAndItGoesOnLater() throws Exception {
    String[] slow = {"gnomon.publish-every=4", "gnomon.max-staleness=7", "gnomon.steps=600"};
    try (GnomonProcess rest = node("coordinator,data,checkpointer", seed, slow);
        GnomonProcess other = node("trainer,assigner,teacher", 0, slow)) {
      rest.awaitStep(100);
      rest.signal("TERM");
      assertThat(rest.exit()).as(rest.told()).isZero();
      assertThat(other.exit()).as(other.told()).isZero();
    }
    long stopped = new CheckpointStore(run).newest().checkpoint().orElseThrow().step();
    assertThat(stopped).isBetween(100L, 599L);
    try (GnomonProcess all = GnomonProcess.train(run, folder.resolve("alone.txt"), slow)) {
      assertThat(all.exit()).as(all.told()).isZero();
    }
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(slow), folder.resolve("oracle")));
  }

  @Test
  void aNodeThatFindsNoClusterEndsWhenItIsToldToAndItsPortsAreItsOwn() throws Exception {
    int weights = freePort();
    Path hosts = Files.writeString(folder.resolve("tiny.conf"), String.join("\n", TinyRuns.sets()));
    List<String> trainer = new ArrayList<>(List.of("node", "--roles", "trainer"));
    trainer.addAll(List.of("--run", run.toString(), "--config", hosts.toString()));
    trainer.addAll(List.of("--seed-nodes", "127.0.0.1:" + seed));
    trainer.addAll(List.of("--weights-port", "" + weights));
    try (GnomonProcess alone = GnomonProcess.start(run, folder.resolve("alone.txt"), trainer)) {
      alone.await("its node", () -> alone.told().contains("Node 127.0.0.1"));
      try (GnomonProcess other = GnomonProcess.start(run, folder.resolve("other.txt"), trainer)) {
        assertThat(other.exit()).as(other.told()).isEqualTo(1);
        assertThat(other.told())
            .contains("127.0.0.1:%d can not be listened at for weights: ".formatted(weights));
      }
      alone.signal("TERM");
      assertThat(alone.exit()).as(alone.told()).isZero();
    }
  }

  @Test
  @Tag("faults")
  void aRunThatFailsIsAFailureOfItsCoordinatorsNode() throws Exception {
    String everything = "coordinator,data,checkpointer,trainer,assigner,teacher";
    try (GnomonProcess node = node(everything, seed, "gnomon.steps=4000")) {
      node.awaitStep(20);
      try (GnomonProcess later =
          GnomonProcess.train(run, folder.resolve("later.txt"), "gnomon.steps=4000")) {
        assertThat(node.exit()).as(node.told()).isEqualTo(1);
        assertThat(node.told()).contains("Node run failed.");
        assertThat(later.isAlive()).as(later.told()).isTrue();
      }
    }
  }
}
