package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.InThisJvm;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeGuardianTest {

  /** An assigner that says it is there when it starts, and fails at whatever it is told. */
  public static final class Fragile implements ActorFactory<AssignerMessage> {
    @Override
    public Behavior<AssignerMessage> create(RoleContext given) {
      return Behaviors.setup(
          context -> {
            given
                .coordinator()
                .tell(
                    new Idle(
                        given.role(),
                        RoleActor.name(context.getSystem(), context.getSelf()),
                        0,
                        0,
                        "fragile"));
            return Behaviors.receiveMessage(
                message -> {
                  throw new IllegalStateException("fragile");
                });
          });
    }
  }

  private final ActorTestKit kit =
      ActorTestKit.create(
          ManualTime.config()
              .withFallback(
                  ConfigFactory.parseString("akka { loglevel = OFF, stdout-loglevel = OFF }")));
  private final ManualTime time = ManualTime.get(kit.system());
  private final TestProbe<CoordinatorMessage> coordinator = kit.createTestProbe();

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private void start(Set<Role> roles, String... sets) {
    RunSettings settings =
        RunSettings.from(
            Configuration.load(
                List.of(),
                Stream.concat(
                        Stream.of(
                            "gnomon.actors.assigner=\"" + Fragile.class.getName() + "\"",
                            "gnomon.restart.first-backoff=1s"),
                        Stream.of(sets))
                    .toList()));
    kit.spawn(
        NodeGuardian.create(roles, settings, Path.of("run"), coordinator.ref(), new InThisJvm()),
        "node");
  }

  private <M> List<ActorRef<M>> registered(ServiceKey<M> key, int count) {
    TestProbe<Receptionist.Listing> asker = kit.createTestProbe();
    return asker.awaitAssert(
        () -> {
          kit.system().receptionist().tell(Receptionist.find(key, asker.ref()));
          Set<ActorRef<M>> found = asker.receiveMessage().getServiceInstances(key);
          assertThat(found).hasSize(count);
          return List.copyOf(found);
        });
  }

  @Test
  void startsAndRegistersTheActorsOfItsRolesAndNoOthers() {
    start(Set.of(Role.DATA, Role.CHECKPOINTER, Role.COORDINATOR));
    registered(Services.LOADER, 1);
    registered(Services.CHECKPOINTER, 1);
    assertThat(Stream.of(idle(), idle())).containsExactlyInAnyOrder(Role.DATA, Role.CHECKPOINTER);
    registered(Services.TRAINER, 0);
    registered(Services.EVALUATOR, 0);
  }

  private Role idle() {
    return coordinator.expectMessageClass(Idle.class).role();
  }

  @Test
  void anEvaluatorsNodeHasAScorerToo() {
    start(Set.of(Role.EVALUATOR), "gnomon.roles.evaluator.instances=2");
    registered(Services.EVALUATOR, 2);
    registered(Services.SCORER, 1);
  }

  @Test
  void startsAsManyOfARoleAsTheConfigurationSays() {
    start(Set.of(Role.TEACHER), "gnomon.roles.teacher.instances=3");
    assertThat(registered(Services.TEACHER, 3))
        .extracting(teacher -> teacher.path().name())
        .containsExactlyInAnyOrder("teacher-1", "teacher-2", "teacher-3");
  }

  @Test
  void anActorThatFailsStartsAgainAfterAPauseThatDoublesAndKeepsItsName() {
    start(Set.of(Role.ASSIGNER));
    ActorRef<AssignerMessage> assigner = registered(Services.ASSIGNER, 1).get(0);
    coordinator.expectMessageClass(Idle.class);
    assigner.tell(new Halt(new Lineage("run", 1)));
    coordinator.expectNoMessage(Duration.ofMillis(50));
    time.timePasses(Duration.ofSeconds(1));
    assertThat(coordinator.expectMessageClass(Idle.class).actor())
        .isEqualTo(RoleActor.name(kit.system(), assigner));
    assigner.tell(new Halt(new Lineage("run", 1)));
    coordinator.expectNoMessage(Duration.ofMillis(50));
    time.timePasses(Duration.ofSeconds(1));
    coordinator.expectNoMessage(Duration.ofMillis(50));
    time.timePasses(Duration.ofSeconds(1));
    coordinator.expectMessageClass(Idle.class);
    assertThat(registered(Services.ASSIGNER, 1)).containsExactly(assigner);
  }
}
