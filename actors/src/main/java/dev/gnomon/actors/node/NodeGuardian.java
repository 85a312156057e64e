package dev.gnomon.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.Assigner;
import dev.gnomon.actors.checkpointer.Checkpointer;
import dev.gnomon.actors.evaluator.Evaluator;
import dev.gnomon.actors.evaluator.Scorer;
import dev.gnomon.actors.loader.DataLoader;
import dev.gnomon.actors.settings.RestartSettings;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.teacher.Teacher;
import dev.gnomon.actors.trainer.Trainer;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Role;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Root of a node: starts the actors of the node's roles, supervises each, and registers them with
 * the Receptionist, where the run's coordinator finds them. An actor that fails is started again
 * after a pause that doubles; how often that may happen is the coordinator's to judge.
 */
public final class NodeGuardian {

  private final ActorContext<?> context;
  private final RunSettings settings;
  private final Path runDirectory;
  private final ActorRef<CoordinatorMessage> coordinator;
  private final WeightExchange exchange;
  private final Consumer<Throwable> deviceLost;

  private NodeGuardian(
      ActorContext<?> context,
      RunSettings settings,
      Path runDirectory,
      ActorRef<CoordinatorMessage> coordinator,
      WeightExchange exchange,
      Consumer<Throwable> deviceLost) {
    this.context = context;
    this.settings = settings;
    this.runDirectory = runDirectory;
    this.coordinator = coordinator;
    this.exchange = exchange;
    this.deviceLost = deviceLost;
  }

  /**
   * Starts the actors of {@code roles} as children of the actor of {@code context}.
   *
   * @param deviceLost told when an actor fails whose device only another process can use again
   */
  public static void start(
      ActorContext<?> context,
      Set<Role> roles,
      RunSettings settings,
      Path runDirectory,
      ActorRef<CoordinatorMessage> coordinator,
      WeightExchange exchange,
      Consumer<Throwable> deviceLost) {
    NodeGuardian guardian =
        new NodeGuardian(context, settings, runDirectory, coordinator, exchange, deviceLost);
    roles.stream().sorted().filter(guardian::takesPart).forEach(guardian::start);
  }

  /** The root behavior of a node that has those roles; the coordinator runs elsewhere. */
  public static Behavior<Void> create(
      Set<Role> roles,
      RunSettings settings,
      Path runDirectory,
      ActorRef<CoordinatorMessage> coordinator,
      WeightExchange exchange) {
    return Behaviors.setup(
        context -> {
          start(context, roles, settings, runDirectory, coordinator, exchange, failure -> {});
          return Behaviors.empty();
        });
  }

  /** Whether a role has work: teacher and assigner only where conditions come from them. */
  private boolean takesPart(Role role) {
    return settings.training().condition().source().learnsCodes()
        || (role != Role.TEACHER && role != Role.ASSIGNER);
  }

  private void start(Role role) {
    switch (role) {
      case COORDINATOR -> {} // the cluster's singleton, not this node's
      case DATA -> start(role, "loader", Services.LOADER, DataLoader::create);
      case TRAINER -> start(role, "trainer", Services.TRAINER, Trainer::create);
      case TEACHER -> start(role, "teacher", Services.TEACHER, Teacher::create);
      case ASSIGNER -> start(role, "assigner", Services.ASSIGNER, Assigner::create);
      case CHECKPOINTER -> start(role, "checkpointer", Services.CHECKPOINTER, Checkpointer::create);
      case EVALUATOR -> {
        start(role, "evaluator", Services.EVALUATOR, Evaluator::create);
        startOne(role, "scorer", Services.SCORER, Scorer::create);
      }
    }
  }

  private <M> void start(Role role, String name, ServiceKey<M> key, ActorFactory<M> builtIn) {
    RoleSettings how = settings.role(role);
    ActorFactory<M> factory =
        how.actorClass().isPresent() ? ActorFactories.load(how.actorClass().get()) : builtIn;
    for (int i = 1; i <= how.instances(); i++) {
      startOne(role, how.instances() == 1 ? name : name + "-" + i, key, factory);
    }
  }

  private <M> void startOne(Role role, String name, ServiceKey<M> key, ActorFactory<M> factory) {
    RoleContext given = new RoleContext(role, settings, runDirectory, coordinator, exchange);
    ActorRef<M> actor = context.spawn(supervised(factory.create(given)), name);
    context.getSystem().receptionist().tell(Receptionist.register(key, actor));
  }

  private <M> Behavior<M> supervised(Behavior<M> actor) {
    RestartSettings restart = settings.restart();
    return Behaviors.supervise(witnessed(actor))
        .onFailure(
            Throwable.class,
            SupervisorStrategy.restartWithBackoff(
                    restart.firstBackoff(), restart.longestBackoff(), 0)
                .withResetBackoffAfter(restart.within()));
  }

  @SuppressWarnings("unchecked") // it only looks on
  private <M> Behavior<M> witnessed(Behavior<M> actor) {
    return (Behavior<M>)
        (Behavior<?>)
            Behaviors.intercept(
                () -> new DeviceWitness(deviceLost), (Behavior<Object>) (Behavior<?>) actor);
  }
}
