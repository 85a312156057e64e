package dev.gnomon.actors.stage;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.RoleActor.Identity;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.diffusion.LinearPath;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.NoiseLevels;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Wiring;
import dev.gnomon.protocol.Working;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/** A stage for one actor: a probe in every other role, and time that passes when it is told to. */
public final class Stage implements AutoCloseable {

  /** The lineages of the run, in order. */
  public static final Lineage FIRST = new Lineage("run", 1);

  public static final Lineage SECOND = new Lineage("run", 2);

  /** Time between ticks. */
  public static final Duration DEADLINE = Duration.ofSeconds(2);

  private static final Config QUIET =
      ConfigFactory.parseString(
          "akka { loglevel = WARNING, stdout-loglevel = ERROR, actor.allow-java-serialization = off }");

  public final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(QUIET));
  public final ManualTime time = ManualTime.get(kit.system());

  /** All that the coordinator is told, but for {@link #gauges}. */
  public final TestProbe<CoordinatorMessage> coordinator = kit.createTestProbe("coordinator");

  /** What actors say at each tick for operators alone. */
  public final TestProbe<Working> gauges = kit.createTestProbe("gauges");

  public final TestProbe<LoaderMessage> loader = kit.createTestProbe("loader");
  public final TestProbe<TrainerMessage> trainer = kit.createTestProbe("trainer");
  public final TestProbe<TeacherMessage> teacher = kit.createTestProbe("teacher");
  public final TestProbe<AssignerMessage> assigner = kit.createTestProbe("assigner");
  public final TestProbe<CheckpointerMessage> checkpointer = kit.createTestProbe("checkpointer");

  /** Settings whose numbers matter to the actors, and no others. */
  public static TrainingSettings training(
      Source source, long steps, long boundary, int publishEvery, int maxStaleness) {
    TrainingSettings training =
        new TrainingSettings(
            steps,
            1,
            1,
            false,
            1,
            Precision.FP32,
            (double) boundary / steps,
            maxStaleness,
            publishEvery,
            0.99,
            new Network(1, 1, 1, 2, 2, 1, false, false, false, 1),
            new Condition(source, 8, 3, 0.1, 0.05, 3, 0.1, 1, false, false, false, 0),
            new NoiseLevels(0.2, 0.15, 0.25),
            LinearPath.DEFAULT,
            new Optimizer(1e-4, 0.9, 0.99, 1e-8, 0, 0, 0));
    if (training.schedule().boundary() != boundary) {
      throw new IllegalArgumentException("no share of " + steps + " steps is " + boundary);
    }
    return training;
  }

  private final ActorRef<CoordinatorMessage> told =
      kit.spawn(
          Behaviors.receiveMessage(
              message -> {
                if (message instanceof Working gauge) {
                  gauges.ref().tell(gauge);
                } else {
                  coordinator.ref().tell(message);
                }
                return Behaviors.same();
              }));

  /** Starts an actor as its node does: supervised, and run anew at once after a failure. */
  public <M> ActorRef<M> spawn(Behavior<M> behavior) {
    return kit.spawn(
        Behaviors.supervise(behavior)
            .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false)));
  }

  /** Who an actor of that role is, to the coordinator's probe. */
  public Identity identity(Role role, boolean ownsState) {
    return new Identity(role, told, DEADLINE, ownsState);
  }

  /** The probes as they are wired. */
  public Wiring wiring() {
    return new Wiring(
        told,
        List.of(loader.getRef()),
        List.of(trainer.getRef()),
        List.of(teacher.getRef()),
        List.of(assigner.getRef()),
        List.of(checkpointer.getRef()),
        List.of(),
        List.of());
  }

  /** Begins a lineage from scratch. */
  public Begin begin(Lineage lineage) {
    return new Begin(lineage, Start.fromScratch(), wiring());
  }

  /** Begins a lineage from scratch in which steps train nothing. */
  public Begin beginWithout(Lineage lineage, long... steps) {
    List<Skipped> skipped =
        LongStream.of(steps).mapToObj(step -> new Skipped(step, "its loss is NaN")).toList();
    return new Begin(lineage, new Start(0, "", List.of(), skipped), wiring());
  }

  /** Begins a lineage from the checkpoint of {@code step}. */
  public Begin begin(Lineage lineage, long step) {
    return new Begin(
        lineage,
        new Start(
            step,
            MemoryHalves.directory(step),
            List.of(new Segment(lineage.number() - 1, 0, step))),
        wiring());
  }

  /** The checkpointer is asked for a checkpoint, and answers with what {@code halves} has. */
  public void offer(MemoryHalves halves) {
    CheckpointRequest request = checkpointer.expectMessageClass(CheckpointRequest.class);
    request.replyTo().tell(halves.offer(request));
  }

  /** At the next tick an actor says how many messages of older lineages it has dropped. */
  public void expectDropped(Role role, int messages) {
    expectLine(
        LoggingTestKit.info(
            "event=dropped actor=%s messages=%d".formatted(role.wireName(), messages)),
        this::tick);
  }

  /** An actor fails by what is done, and says so with these words. */
  public void expectFailure(Role role, String words, Runnable doing) {
    expectLine(
        LoggingTestKit.warn("event=failed actor=" + role.wireName()).withMessageContains(words),
        doing);
  }

  private void expectLine(LoggingTestKit line, Runnable doing) {
    line.withLoggerName(SupervisionLog.LOGGER)
        .expect(
            kit.system(),
            () -> {
              doing.run();
              return null;
            });
  }

  /** One deadline passes. */
  public void tick() {
    time.timePasses(DEADLINE);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
