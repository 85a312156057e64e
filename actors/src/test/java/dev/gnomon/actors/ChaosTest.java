package dev.gnomon.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.RoleActor.Identity;
import dev.gnomon.actors.assigner.Assigner;
import dev.gnomon.actors.loader.DataLoader;
import dev.gnomon.actors.stage.Chaos;
import dev.gnomon.actors.stage.Gate;
import dev.gnomon.actors.stage.MadeUpAssigner;
import dev.gnomon.actors.stage.MadeUpCoordinator;
import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.actors.stage.MadeUpTeacher;
import dev.gnomon.actors.stage.MadeUpTrunk;
import dev.gnomon.actors.stage.MemoryHalves;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.actors.teacher.Teacher;
import dev.gnomon.actors.trainer.Trainer;
import dev.gnomon.actors.transfer.InThisJvm;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loader, trainer, two teachers and assigner while messages between them are lost, doubled, delayed
 * and overtaken, and actors fail: what they train equals the sequence, number by number.
 */
class ChaosTest {

  private static final Duration DEADLINE = Duration.ofMillis(25);
  private static final long STEPS = 60;
  private static final long BOUNDARY = 20;
  private static final long EVERY = 12;

  private static ActorTestKit kit;

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            ConfigFactory.parseString(
                "akka { loglevel = OFF, actor.allow-java-serialization = off }"));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @ParameterizedTest(name = "seed {0}, publish-every {1}, max-staleness {2}")
  @CsvSource({
    "1, 1, 0", "2, 1, 1", "3, 4, 7", "4, 4, 3", "5, 3, 8", "6, 1, 5", "7, 1, 1", "8, 4, 7",
  })
  void lossesDelaysAndDoublesChangeNoWeight(long seed, int publishEvery, int maxStaleness)
      throws Exception {
    Run run = new Run(publishEvery, maxStaleness);

    run.play(new Chaos(seed, 0.05, 0.05, 0.3, 0));

    run.assertEqualsSequence();
  }

  @ParameterizedTest(name = "seed {0}, publish-every {1}, max-staleness {2}")
  @CsvSource({
    "11, 1, 0",
    "12, 1, 1",
    "13, 4, 7",
    "14, 4, 3",
    "15, 3, 8",
    "16, 1, 5",
    "17, 1, 1",
    "18, 4, 7",
  })
  void failuresOfAnyActorChangeNoWeight(long seed, int publishEvery, int maxStaleness)
      throws Exception {
    Run run = new Run(publishEvery, maxStaleness);

    run.play(new Chaos(seed, 0.02, 0.02, 0.1, 0.004));

    run.assertEqualsSequence();
  }

  @ParameterizedTest(name = "seed {0}, publish-every {1}, max-staleness {2}")
  @CsvSource({"21, 1, 1", "22, 4, 7"})
  void lossesThatAreNotFiniteLeaveOutTheirStepsAndNothingElse(
      long seed, int publishEvery, int maxStaleness) throws Exception {
    Run run = new Run(publishEvery, maxStaleness);
    run.notFinite.put(Role.TRAINER, Set.of(19L, 36L)); // before the boundary; after a checkpoint
    run.notFinite.put(Role.ASSIGNER, Set.of(20L, 47L)); // the first after it; before a checkpoint

    run.play(new Chaos(seed, 0.05, 0.05, 0.3, 0), new Chaos(seed, 0.05, 0.05, 0.3, 0));

    run.assertEqualsSequence();
  }

  /** One run with all its actors. */
  private static final class Run {

    private final TrainingSettings training;
    private final VersionSchedule schedule;
    private final MemoryHalves halves = new MemoryHalves();
    private final WeightRegistry registry = new WeightRegistry();
    private final List<Gate> gates = new ArrayList<>();
    private final CompletableFuture<List<Long>> checkpoints = new CompletableFuture<>();
    private final Map<Role, Set<Long>> notFinite =
        new EnumMap<>(Map.of(Role.TRAINER, Set.of(), Role.ASSIGNER, Set.of()));

    Run(int publishEvery, int maxStaleness) {
      training = Stage.training(Source.BOOTSTRAP, STEPS, BOUNDARY, publishEvery, maxStaleness);
      schedule = training.schedule();
    }

    void play(Chaos chaos) throws Exception {
      play(chaos, new Chaos(0, 0, 0, 0, 0));
    }

    /** The coordinator is behind a network of its own. */
    void play(Chaos chaos, Chaos coordinators) throws Exception {
      List<ActorRef<?>> actors = new ArrayList<>();
      ActorRef<dev.gnomon.protocol.CoordinatorMessage> coordinator =
          kit.spawn(
              coordinators.around(
                  MadeUpCoordinator.create(schedule, EVERY, DEADLINE, halves, checkpoints)));
      actors.add(coordinator);
      Identity loaderIdentity = new Identity(Role.DATA, coordinator, DEADLINE, false);
      Gate images = gate();
      var loader =
          spawn(chaos, DataLoader.create(loaderIdentity, () -> new MadeUpImages(images)), "loader");
      Gate trunk = gate();
      var trainer =
          spawn(
              chaos,
              Trainer.create(
                  new Identity(Role.TRAINER, coordinator, DEADLINE, true),
                  new Trainer.Parts(
                      training,
                      () -> new MadeUpTrunk(trunk, notFinite.get(Role.TRAINER)),
                      halves,
                      new InThisJvm(registry))),
              "trainer");
      var one = spawn(chaos, teacher(coordinator), "teacher-1");
      var two = spawn(chaos, teacher(coordinator), "teacher-2");
      Gate clusters = gate();
      var assigner =
          spawn(
              chaos,
              Assigner.create(
                  new Identity(Role.ASSIGNER, coordinator, DEADLINE, true),
                  new Assigner.Parts(
                      schedule,
                      () -> new MadeUpAssigner(clusters, schedule, notFinite.get(Role.ASSIGNER)),
                      halves)),
              "assigner");
      actors.addAll(List.of(loader, trainer, one, two, assigner));
      coordinator.tell(new MadeUpCoordinator.Cast(loader, trainer, List.of(one, two), assigner));
      try {
        assertThat(checkpoints.get(40, TimeUnit.SECONDS)).endsWith(STEPS);
      } finally {
        actors.forEach(actor -> kit.stop(actor, Duration.ofSeconds(10)));
      }
    }

    void assertEqualsSequence() throws Exception {
      MadeUpSequence sequence = new MadeUpSequence(schedule);
      Set<Long> skipped = new HashSet<>();
      notFinite.values().forEach(skipped::addAll);
      for (long step : checkpoints.get()) {
        sequence.to(step, skipped);
        assertThat(halves.half(step, Trainer.HALF)).isEqualTo(Optional.of(sequence.trunkHalf()));
        assertThat(halves.half(step, Assigner.HALF))
            .isEqualTo(Optional.of(sequence.assignerHalf()));
      }
      assertThat(gates).allSatisfy(gate -> assertThat(gate.awaitClosed()).isTrue());
    }

    private Behavior<dev.gnomon.protocol.TeacherMessage> teacher(
        ActorRef<dev.gnomon.protocol.CoordinatorMessage> coordinator) {
      Gate gate = gate();
      return Teacher.create(
          new Identity(Role.TEACHER, coordinator, DEADLINE, false),
          new Teacher.Parts(schedule, () -> new MadeUpTeacher(gate), new InThisJvm(registry)));
    }

    private Gate gate() {
      Gate gate = Gate.open();
      gates.add(gate);
      return gate;
    }

    private static <M extends WireMessage> ActorRef<M> spawn(
        Chaos chaos, Behavior<M> behavior, String name) {
      return kit.spawn(
          Behaviors.supervise(chaos.around(behavior))
              .onFailure(
                  SupervisorStrategy.restartWithBackoff(
                          Duration.ofMillis(5), Duration.ofMillis(20), 0)
                      .withLoggingEnabled(false)));
    }
  }
}
