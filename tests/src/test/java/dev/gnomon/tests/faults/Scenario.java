package dev.gnomon.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.Segment;
import dev.gnomon.tests.TinyRuns;
import dev.gnomon.tests.faults.RunWatch.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What all scenarios share: a run, what it must come to, and how its healing is measured. */
final class Scenario {

  /** A process a role. */
  static final List<String> ROLES =
      List.of("coordinator", "trainer", "teacher", "assigner", "data", "checkpointer", "evaluator");

  /** Those whose loss takes a run back to its newest checkpoint. */
  static final Set<String> ROLL_BACK = Set.of("coordinator", "trainer", "assigner");

  /** The steps of a run to be broken, and those before which nothing is. */
  static final int STEPS = 2000;

  static final int FIRST = 150;

  private static final List<String> SETS =
      List.of(
          "gnomon.steps=" + STEPS,
          "gnomon.boundary=0.15",
          "gnomon.publish-every=4",
          "gnomon.max-staleness=7",
          "gnomon.checkpoint.every=100",
          "gnomon.evaluate.every=500");

  private final Path folder;
  private final Map<List<String>, String> untouched = new HashMap<>();

  Scenario(Path folder) {
    this.folder = folder;
  }

  FaultCluster cluster(List<String> groups, List<String> more) throws IOException {
    return cluster(groups, new Network.Loopback(), Map.of(), more);
  }

  FaultCluster cluster(
      List<String> groups, Network network, Map<String, String> environment, List<String> more)
      throws IOException {
    Path place = Files.createTempDirectory(folder, "cluster");
    return new FaultCluster(place, network, groups, environment, all(more));
  }

  private static List<String> all(List<String> more) {
    return Stream.concat(SETS.stream(), more.stream()).toList();
  }

  static LocalDateTime now() {
    return LocalDateTime.now().truncatedTo(ChronoUnit.MILLIS);
  }

  static double secondsSince(LocalDateTime at) {
    return ChronoUnit.MILLIS.between(at, now()) / 1000.0;
  }

  /**
   * Waits until the loss of a role is healed: training goes on past {@code step}, in a new lineage
   * where state was lost, and the role is filled again where it was not.
   *
   * @param role that was lost at {@code at}
   */
  Fault.Measured healed(FaultCluster cluster, String role, LocalDateTime at, long step)
      throws Exception {
    RunWatch watch = cluster.watch();
    cluster.await(role + " to be healed", () -> watch.lastStep() > step && back(watch, role, at));
    double back = secondsSince(at);
    double detected =
        watch.after(at, event -> isLoss(event, role)).map(e -> e.secondsAfter(at)).orElse(back);
    long lost =
        watch
            .after(at, event -> event.is("lineage"))
            .map(lineage -> step - Long.parseLong(lineage.value("step")))
            .orElse(0L);
    return new Fault.Measured(detected, back, Math.max(0, lost));
  }

  private static boolean isLoss(Event event, String role) {
    return event.is("lost") && event.value("actor").equals(seat(role))
        || event.is("lineage")
        || event.is("unreachable");
  }

  private static boolean back(RunWatch watch, String role, LocalDateTime at) throws IOException {
    if (ROLL_BACK.contains(role)) {
      return watch.after(at, event -> event.is("lineage")).isPresent();
    }
    Optional<Event> last =
        watch.events().stream()
            .filter(event -> event.at().isAfter(at))
            .filter(event -> event.is("lost") || event.is("joined"))
            .filter(event -> event.value("actor").equals(seat(role)))
            .reduce((before, after) -> after);
    return last.filter(event -> !event.value("there").equals("0")).isPresent();
  }

  /** The name of a role's actor. */
  static String seat(String role) {
    return role.equals("data") ? "loader" : role;
  }

  /** The run ends well, with the weights of the sequential loop and every step trained once. */
  void assertWhole(FaultCluster cluster, List<String> more) throws Exception {
    assertThat(cluster.end()).as(cluster.told()).isEmpty();
    assertThat(TinyRuns.finalDigest(cluster.run())).as(cluster.told()).isEqualTo(untouched(more));
    Manifest manifest =
        new CheckpointStore(cluster.run()).newest().checkpoint().orElseThrow().manifest();
    long next = 0;
    for (Segment segment : manifest.ledger()) {
      assertThat(segment.from()).as("every step once: %s", manifest.ledger()).isEqualTo(next);
      next = segment.to();
    }
    assertThat(next).isEqualTo(manifest.steps());
    assertThat(manifest.skipped()).isEmpty();
  }

  /** The digest of the sequential loop, which knows nothing of actors. */
  private synchronized String untouched(List<String> more) throws IOException {
    List<String> own =
        more.stream()
            .filter(set -> set.startsWith("gnomon.steps"))
            .toList(); // others change no number
    if (!untouched.containsKey(own)) {
      untouched.put(
          own,
          TinyRuns.oracleDigest(
              TinyRuns.settings(all(own).toArray(String[]::new)),
              Files.createTempDirectory(folder, "oracle")));
    }
    return untouched.get(own);
  }
}
