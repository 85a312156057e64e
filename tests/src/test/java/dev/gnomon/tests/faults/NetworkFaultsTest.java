package dev.gnomon.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.tests.Unreliable;
import dev.gnomon.tests.faults.Fault.Measured;
import dev.gnomon.tests.faults.Network.Hosts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What lies between the processes goes wrong: hosts that do not reach each other, files that are
 * cut short, messages that are lost, clocks that jump. Each host is a network name space.
 */
class NetworkFaultsTest extends FaultSuite {

  private static final String LEAD = "coordinator,data,checkpointer";
  private static final List<String> GROUPS =
      List.of(LEAD, "trainer", "teacher", "assigner", "evaluator");
  private static final long AT = Scenario.FIRST + 250;

  @Override
  List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    all.add(new Fault("partition for 5 s: trainer | teacher", 0, () -> between(5)));
    all.add(new Fault("partition for 60 s: trainer | teacher", 0, () -> between(60)));
    all.add(new Fault("partition for 5 s: coordinator | rest", 0, () -> leaderCutOff(5)));
    all.add(new Fault("partition for 90 s: coordinator | rest", 0, () -> leaderCutOff(90)));
    all.add(new Fault("partition that stays: trainer | rest, a standby", 0, this::trainerCutOff));
    all.add(new Fault("weight files cut short", 0, this::weightFilesCutShort));
    all.add(new Fault("versions announced, never published", 0, this::falseAnnouncements));
    all.add(new Fault("messages lost, doubled, late, out of order", 0, this::badMessages));
    all.add(new Fault("clocks jump by hours", 0, this::clocksJump));
    return all;
  }

  private static Hosts hosts(List<String> groups) throws Exception {
    assumeTrue(Hosts.available(), "hosts as network name spaces need root and Linux's ip");
    return new Hosts(groups);
  }

  /** Trainer and teacher do not reach each other; everyone else reaches both. */
  private List<Measured> between(int seconds) throws Exception {
    Hosts hosts = hosts(GROUPS);
    try (FaultCluster cluster = scenario.cluster(GROUPS, hosts, Map.of(), List.of())) {
      cluster.startAll();
      cluster.awaitStep(AT);
      LocalDateTime at = Scenario.now();
      hosts.between("trainer", "teacher", true);
      long step = cluster.watch().lastStep();
      Thread.sleep(seconds * 1000L);
      hosts.between("trainer", "teacher", false);
      return List.of(whole(cluster, at, step));
    }
  }

  /** The node that coordinates is cut off from all others. */
  private List<Measured> leaderCutOff(int seconds) throws Exception {
    Hosts hosts = hosts(GROUPS);
    try (FaultCluster cluster = scenario.cluster(GROUPS, hosts, Map.of(), List.of())) {
      cluster.startAll();
      cluster.awaitStep(AT);
      LocalDateTime at = Scenario.now();
      hosts.cut(LEAD);
      long step = cluster.watch().lastStep();
      Thread.sleep(seconds * 1000L);
      hosts.heal(LEAD);
      return List.of(whole(cluster, at, step));
    }
  }

  /** Training goes on beyond what was on its way when it was cut; then to the right end. */
  private Measured whole(FaultCluster cluster, LocalDateTime at, long step) throws Exception {
    long beyond = Math.min(Scenario.STEPS, step + 40);
    cluster.awaitStep(beyond);
    double back = Scenario.secondsSince(at);
    double detected =
        cluster
            .watch()
            .after(at, e -> e.is("waiting") || e.is("lost") || e.is("unreachable"))
            .map(e -> e.secondsAfter(at))
            .orElse(Double.NaN);
    long lost =
        cluster
            .watch()
            .after(at, e -> e.is("lineage"))
            .map(e -> Math.max(0, step - Long.parseLong(e.value("step"))))
            .orElse(0L);
    scenario.assertWhole(cluster, List.of());
    return new Measured(detected, back, lost);
  }

  /** The trainer never comes back into reach; another one takes its seat. */
  private List<Measured> trainerCutOff() throws Exception {
    List<String> groups = new ArrayList<>(GROUPS);
    groups.add("trainer@standby");
    Hosts hosts = hosts(groups);
    try (FaultCluster cluster = scenario.cluster(groups, hosts, Map.of(), List.of())) {
      for (String group : GROUPS) {
        cluster.start(group);
      }
      cluster.awaitStep(AT / 2);
      cluster.start("trainer@standby"); // it comes later, so it is not the one that works
      cluster.awaitStep(AT);
      LocalDateTime at = Scenario.now();
      cluster.node("trainer").leaveDead();
      hosts.cut("trainer");
      long step = cluster.watch().lastStep();
      Measured measured = scenario.healed(cluster, "trainer", at, step);
      assertThat(cluster.node("trainer").exit(60)).as(cluster.told()).isEqualTo(71);
      scenario.assertWhole(cluster, List.of());
      return List.of(measured);
    }
  }

  /** Files by which weights pass between processes of a host lose their second half, all along. */
  private List<Measured> weightFilesCutShort() throws Exception {
    List<String> slow = List.of("gnomon.steps=600");
    try (FaultCluster cluster = scenario.cluster(GROUPS, slow)) {
      cluster.startAll();
      int cut = 0;
      while (cluster.watch().lastStep() < 560) {
        cut += cutVersions(cluster.node("trainer").pid());
        cluster.await("more", () -> true);
      }
      assertThat(cut).isGreaterThan(3);
      scenario.assertWhole(cluster, slow);
      return List.of();
    }
  }

  private static int cutVersions(long pid) throws IOException {
    Path versions = Path.of("/dev/shm/gnomon-versions-" + pid + "-1");
    int cut = 0;
    if (Files.isDirectory(versions)) {
      try (Stream<Path> files = Files.list(versions)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
          try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(open.length() / 2);
            cut++;
          } catch (IOException gone) {
            // Retired in the meantime.
          }
        }
      }
    }
    return cut;
  }

  /** Some versions are not what, or not where, the teacher hears at first. */
  private List<Measured> falseAnnouncements() throws Exception {
    List<String> lies = new ArrayList<>(FalseAnnouncements.sets());
    lies.add("gnomon.steps=400");
    lies.add("gnomon.deadlines.answer=500ms");
    try (FaultCluster cluster = scenario.cluster(GROUPS, lies)) {
      cluster.startAll();
      scenario.assertWhole(cluster, lies);
      assertThat(cluster.watch().events()).anyMatch(e -> e.is("version-not-loaded"));
      return List.of();
    }
  }

  /** Actors behind a bad network, in processes of their own. */
  private List<Measured> badMessages() throws Exception {
    List<String> bad = new ArrayList<>(Arrays.asList(Unreliable.sets()));
    bad.add("gnomon.steps=400");
    try (FaultCluster cluster = scenario.cluster(GROUPS, bad)) {
      cluster.startAll();
      scenario.assertWhole(cluster, bad);
      return List.of();
    }
  }

  /** The clocks of all processes go forth and back by hours, while they run. */
  private List<Measured> clocksJump() throws Exception {
    TurnedClock clock = TurnedClock.make(folder);
    try (FaultCluster cluster =
        scenario.cluster(GROUPS, new Network.Loopback(), clock.environment(), List.of())) {
      cluster.startAll();
      long step = Scenario.FIRST;
      for (Duration off :
          List.of(Duration.ofHours(2), Duration.ofHours(-2), Duration.ofDays(1), Duration.ZERO)) {
        cluster.awaitStep(step);
        clock.turn(off);
        step = cluster.watch().lastStep() + 200;
      }
      scenario.assertWhole(cluster, List.of());
      assertThat(cluster.watch().events().stream().map(e -> e.at().toLocalDate()).distinct())
          .as("the clocks were turned: " + cluster.told())
          .hasSizeGreaterThan(1);
      return List.of();
    }
  }
}
