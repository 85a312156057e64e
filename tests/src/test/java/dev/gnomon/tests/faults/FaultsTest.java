package dev.gnomon.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tests.faults.Broken.How;
import dev.gnomon.tests.faults.Fault.Measured;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Whatever dies, freezes, fails or is cut off: the run ends with the weights of an untouched one,
 * with every step trained once, and the log says what happened. Real processes, one a role.
 */
class FaultsTest extends FaultSuite {

  private static final int KILLS = 5; // in one run, at most
  private static final int SPAN = 250; // steps between two faults of one run, at most

  @Override
  List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    for (String role : Scenario.ROLES) {
      all.add(new Fault("SIGKILL: " + role, plan.seed(), () -> killed(role)));
    }
    for (String role : List.of("trainer", "teacher", "coordinator")) {
      all.add(new Fault("stopped for 3 s: " + role, 0, () -> stopped(role, 3, false)));
      all.add(new Fault("stopped for 10 s: " + role, 0, () -> stopped(role, 10, false)));
      all.add(new Fault("stopped for 40 s: " + role, 0, () -> stopped(role, 40, true)));
    }
    all.add(new Fault("frozen for 40 s, a standby takes over: trainer", 0, this::standby));
    all.add(new Fault("exception: trainer", 0, () -> fails("trainer", Broken.Trainer.class)));
    all.add(new Fault("exception: teacher", 0, () -> fails("teacher", Broken.Teacher.class)));
    all.add(new Fault("exception: assigner", 0, () -> fails("assigner", Broken.Assigner.class)));
    all.add(new Fault("exception: data", 0, () -> fails("data", Broken.DataLoader.class)));
    all.add(
        new Fault(
            "exception: checkpointer", 0, () -> fails("checkpointer", Broken.Checkpointer.class)));
    all.add(new Fault("exception: evaluator", 0, () -> fails("evaluator", Broken.Evaluator.class)));
    for (How how : List.of(How.ABORT, How.DEVICE_LOST)) {
      String what = how == How.ABORT ? "native abort: " : "device lost: ";
      all.add(new Fault(what + "trainer", 0, () -> dies("trainer", Broken.Trainer.class, how)));
      all.add(new Fault(what + "teacher", 0, () -> dies("teacher", Broken.Teacher.class, how)));
    }
    all.add(new Fault("SIGKILL: coordinator and trainer at once", plan.seed(), this::twoKilled));
    all.add(new Fault("every process killed at once", 0, this::allKilled));
    all.add(new Fault("evaluator ten times too slow", 0, this::slowEvaluator));
    return all;
  }

  /** Killed at random steps, some times a run, and started again in its place. */
  private List<Measured> killed(String role) throws Exception {
    Random random = new Random(31 * plan.seed() + role.hashCode());
    List<Measured> measured = new ArrayList<>();
    while (measured.size() < plan.times()) {
      int left = Math.min(KILLS, plan.times() - measured.size());
      measured.addAll(killed(role, left, random));
    }
    return measured;
  }

  private List<Measured> killed(String role, int times, Random random) throws Exception {
    List<Measured> measured = new ArrayList<>();
    try (FaultCluster cluster = scenario.cluster(Scenario.ROLES, List.of())) {
      cluster.startAll();
      long next = Scenario.FIRST;
      int span = Math.min(SPAN, (Scenario.STEPS - 2 * Scenario.FIRST) / times);
      while (measured.size() < times) {
        next = Math.max(next, cluster.watch().lastStep()) + random.nextInt(span);
        if (next > Scenario.STEPS - 100) {
          break; // it trained on while the role was away: what is left is another run's
        }
        cluster.awaitStep(next);
        LocalDateTime at = Scenario.now();
        cluster.node(role).signal("KILL");
        long step = cluster.watch().lastStep();
        System.out.printf("SIGKILL of %s at step %d%n", role, step);
        Measured one = scenario.healed(cluster, role, at, step);
        System.out.println(one);
        measured.add(one);
        if (!Scenario.ROLL_BACK.contains(role)) {
          assertThat(one.lost()).as(cluster.told()).isZero();
        }
      }
      scenario.assertWhole(cluster, List.of());
    }
    return measured;
  }

  /** Frozen for a while. Whoever is given up for it ends with 71 and is started again. */
  private List<Measured> stopped(String role, int seconds, boolean givenUp) throws Exception {
    try (FaultCluster cluster = scenario.cluster(Scenario.ROLES, List.of())) {
      cluster.startAll();
      cluster.awaitStep(Scenario.FIRST + 250);
      LocalDateTime at = Scenario.now();
      cluster.node(role).signal("STOP");
      Thread.sleep(seconds * 1000L);
      cluster.node(role).signal("CONT");
      long step = cluster.watch().lastStep();
      Measured measured;
      if (givenUp) {
        cluster.await(role + " to be started again", () -> cluster.node(role).restarts() > 0);
        measured = scenario.healed(cluster, role, at, step);
      } else {
        cluster.awaitStep(step + 20);
        measured = new Measured(Double.NaN, Scenario.secondsSince(at), 0);
      }
      scenario.assertWhole(cluster, List.of());
      assertThat(cluster.node(role).restarts()).as(cluster.told()).isEqualTo(givenUp ? 1 : 0);
      return List.of(measured);
    }
  }

  /** The second trainer is a standby: it goes on when the first is given up, who does no harm. */
  private List<Measured> standby() throws Exception {
    List<String> groups = new ArrayList<>(Scenario.ROLES);
    groups.add("trainer@standby");
    try (FaultCluster cluster = scenario.cluster(groups, List.of())) {
      for (String role : Scenario.ROLES) {
        cluster.start(role);
      }
      cluster.awaitStep(Scenario.FIRST);
      cluster.start("trainer@standby"); // it comes later, so it is not the one that works
      cluster.awaitStep(Scenario.FIRST + 250);
      LocalDateTime at = Scenario.now();
      cluster.node("trainer").leaveDead();
      cluster.node("trainer").signal("STOP");
      long step = cluster.watch().lastStep();
      Measured measured = scenario.healed(cluster, "trainer", at, step);
      Thread.sleep(Math.max(0, 40_000 - (long) (1000 * measured.back())));
      cluster.node("trainer").signal("CONT");
      assertThat(cluster.node("trainer").exit(60)).as(cluster.told()).isEqualTo(71);
      scenario.assertWhole(cluster, List.of());
      return List.of(measured);
    }
  }

  /** An exception in an actor: it is started again, in its process. */
  private List<Measured> fails(String role, Class<?> factory) throws Exception {
    int call = role.equals("checkpointer") || role.equals("evaluator") ? 6 : 120;
    List<String> broken = Broken.sets(role, factory, How.EXCEPTION, call);
    try (FaultCluster cluster = scenario.cluster(Scenario.ROLES, broken)) {
      cluster.startAll();
      scenario.assertWhole(cluster, broken);
      assertThat(cluster.watch().events())
          .as(cluster.told())
          .anyMatch(e -> e.is("restart") && e.value("actor").equals(Scenario.seat(role)));
      assertThat(cluster.node(role).restarts()).isZero();
      return List.of();
    }
  }

  /** A crash in native code, or the loss of a device, ends the process; it is started again. */
  private List<Measured> dies(String role, Class<?> factory, How how) throws Exception {
    List<String> broken = Broken.sets(role, factory, how, 120);
    try (FaultCluster cluster = scenario.cluster(Scenario.ROLES, broken)) {
      cluster.startAll();
      cluster.await("the end of " + role, () -> cluster.node(role).restarts() > 0);
      Measured measured =
          scenario.healed(
              cluster, role, Broken.happened(cluster.run(), role), cluster.watch().lastStep());
      scenario.assertWhole(cluster, broken);
      return List.of(measured);
    }
  }

  /** The two that the others hear of first when they look for a cluster. */
  private List<Measured> twoKilled() throws Exception {
    try (FaultCluster cluster = scenario.cluster(Scenario.ROLES, List.of())) {
      cluster.startAll();
      cluster.awaitStep(Scenario.FIRST + 250);
      LocalDateTime at = Scenario.now();
      cluster.node("coordinator").signal("KILL");
      cluster.node("trainer").signal("KILL");
      Measured measured = scenario.healed(cluster, "coordinator", at, cluster.watch().lastStep());
      scenario.assertWhole(cluster, List.of());
      return List.of(measured);
    }
  }

  /** Nothing is left; what is started goes on, on fewer processes and at other ports. */
  private List<Measured> allKilled() throws Exception {
    FaultCluster first = scenario.cluster(Scenario.ROLES, List.of());
    LocalDateTime at;
    long step;
    try (first) {
      first.startAll();
      first.awaitStep(Scenario.FIRST + 400);
      at = Scenario.now();
      step = first.watch().lastStep();
    } // SIGKILL, to all
    List<String> fewer = List.of("coordinator,data,checkpointer", "trainer,assigner", "teacher");
    try (FaultCluster second = first.again(fewer)) {
      second.startAll();
      Measured measured = scenario.healed(second, "coordinator", at, step);
      scenario.assertWhole(second, List.of());
      return List.of(measured);
    }
  }

  /** Evaluations that take longer than training does: steps go on. */
  private List<Measured> slowEvaluator() throws Exception {
    List<String> broken = Broken.sets("evaluator", Broken.Evaluator.class, How.SLOW, 1);
    try (FaultCluster cluster = scenario.cluster(Scenario.ROLES, broken)) {
      cluster.startAll();
      scenario.assertWhole(cluster, broken);
      return List.of();
    }
  }
}
