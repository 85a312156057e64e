package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.node.Services;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.NewestUnknown;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorRequest;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.ScorerMessage;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StatusRequest;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Working;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A coordinator with a probe in every seat, a made-up run directory, and time that passes when told
 * to. The run has 20 steps, 10 of them in stage 1; checkpoints every 4, scores every 8.
 */
final class RunStage implements AutoCloseable {

  private static final Object NOTHING = new Object();

  static final Duration DEADLINE = Duration.ofSeconds(2);

  private static final Config QUIET =
      ConfigFactory.parseString("akka { loglevel = WARNING, stdout-loglevel = ERROR }");

  final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(QUIET));
  private long newest;
  private long failures;
  final ManualTime time = ManualTime.get(kit.system());
  final TestProbe<LoaderMessage> loader = kit.createTestProbe("loader");
  final TestProbe<TrainerMessage> trainer = kit.createTestProbe("trainer");
  final TestProbe<TeacherMessage> teacher = kit.createTestProbe("teacher");
  final TestProbe<AssignerMessage> assigner = kit.createTestProbe("assigner");
  final TestProbe<CheckpointerMessage> checkpointer = kit.createTestProbe("checkpointer");
  final TestProbe<EvaluatorMessage> evaluator = kit.createTestProbe("evaluator");
  final TestProbe<ScorerMessage> scorer = kit.createTestProbe("scorer");
  final MadeUpFiles files = new MadeUpFiles();
  final Heard heard = new Heard();
  ActorRef<CoordinatorMessage> coordinator;
  final Store store = new Store();
  private final ActorRef<CheckpointerMessage> checkpointing =
      kit.spawn(Behaviors.receiveMessage(this::toCheckpointer), "checkpointing");
  private int others; // seats that this run fills beside the trainer's

  /** What the checkpointer says is the newest checkpoint; the made-up directory knows better. */
  static final class Store {
    volatile String run = "";
    volatile boolean silent;
    volatile boolean broken;
    final BlockingQueue<NewestRequest> asked = new LinkedBlockingQueue<>();
  }

  /** Answers for the checkpointer, and hands on to its probe what is left. */
  private Behavior<CheckpointerMessage> toCheckpointer(CheckpointerMessage message) {
    if (message instanceof NewestRequest request) {
      store.asked.add(request);
      if (store.broken) {
        request.replyTo().tell(new NewestUnknown(request.question(), "not permitted"));
      } else if (!store.silent) {
        request.replyTo().tell(found(request));
      }
    } else {
      checkpointer.ref().tell(message);
    }
    return Behaviors.same();
  }

  NewestFound found(NewestRequest request) {
    return new NewestFound(request.question(), store.run, 0, Start.fromScratch(), "", List.of());
  }

  /** Opens the run; nobody is there yet. */
  RunStage open(String... sets) {
    RunSettings settings =
        RunSettings.from(
            Configuration.load(
                List.of(),
                Stream.concat(
                        Stream.of(
                            "gnomon.steps=20",
                            "gnomon.boundary=0.5",
                            "gnomon.checkpoint.every=4",
                            "gnomon.evaluate.every=8",
                            "gnomon.restart.attempts=2"),
                        Stream.of(sets))
                    .toList()));
    boolean bootstrap = settings.training().condition().source().learnsCodes();
    others = Seat.inUse(bootstrap).size() - 1;
    coordinator =
        kit.spawn(
            Behaviors.supervise(RunCoordinator.create("run", settings, files, heard))
                .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false)));
    return this;
  }

  /** Opens the run; everyone comes and begins the first lineage. */
  RunStage running(String... sets) {
    return open(sets).enter().begin(1);
  }

  /** The checkpointer comes, and nobody else. */
  RunStage enterCheckpointer() {
    kit.system().receptionist().tell(Receptionist.register(Services.CHECKPOINTER, checkpointing));
    return this;
  }

  /** Everyone who is needed comes, and those who score; the trainer last. */
  RunStage enter() {
    kit.system().receptionist().tell(Receptionist.register(Services.EVALUATOR, evaluator.ref()));
    kit.system().receptionist().tell(Receptionist.register(Services.SCORER, scorer.ref()));
    kit.system().receptionist().tell(Receptionist.register(Services.LOADER, loader.ref()));
    kit.system().receptionist().tell(Receptionist.register(Services.TEACHER, teacher.ref()));
    kit.system().receptionist().tell(Receptionist.register(Services.ASSIGNER, assigner.ref()));
    enterCheckpointer();
    kit.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(status().actors()).hasSizeGreaterThanOrEqualTo(others);
              return null;
            });
    kit.system().receptionist().tell(Receptionist.register(Services.TRAINER, trainer.ref()));
    return this;
  }

  /** Everyone begins lineage {@code number}. */
  RunStage begin(long number) {
    for (TestProbe<?> probe : List.of(loader, teacher, checkpointer, evaluator, scorer)) {
      begin(probe, number);
    }
    begun(number, Role.DATA, loader);
    begun(number, Role.TEACHER, teacher);
    begun(number, Role.CHECKPOINTER, checkpointer);
    begun(number, Role.EVALUATOR, evaluator);
    begun(number, Role.EVALUATOR, scorer);
    begin(assigner, number);
    begun(number, Role.ASSIGNER, assigner);
    begin(trainer, number);
    begun(number, Role.TRAINER, trainer);
    return this;
  }

  /** The next Begin of that lineage; those before it were repeated. */
  Begin begin(TestProbe<?> probe, long number) {
    Begin begin = next(probe, Begin.class);
    while (begin.lineage().number() < number) {
      begin = next(probe, Begin.class);
    }
    assertThat(begin.lineage()).isEqualTo(lineage(number));
    return begin;
  }

  static Lineage lineage(long number) {
    return new Lineage("run", number);
  }

  /** Where a lineage starts from the checkpoint of {@code step}. */
  static Recovery from(long step) {
    return new Recovery(
        0,
        new Start(step, directory(step), List.of(new Segment(1, 0, step))),
        "digest-" + step,
        List.of(),
        Map.of());
  }

  static String directory(long step) {
    return "checkpoints/step-" + step;
  }

  String path(TestProbe<?> probe) {
    ActorRef<?> actor = probe == checkpointer ? checkpointing : probe.ref();
    return actor.path().toString();
  }

  void begun(long number, Role role, TestProbe<?> probe) {
    newest = Math.max(newest, number);
    coordinator.tell(new Begun(lineage(number), role, path(probe), 0));
  }

  /** It says at its tick what it is doing, with version 5 and two batches before it. */
  void working(
      long number, Role role, TestProbe<?> probe, String doing, List<String> waits, long step) {
    coordinator.tell(
        new Working(
            lineage(number), role, path(probe), doing, waits, step, 5, Map.of("batches", 2L)));
  }

  /** What the coordinator answers to a wish. */
  OperatorAnswer wish(OperatorWish wish) {
    TestProbe<OperatorAnswer> operator = kit.createTestProbe();
    coordinator.tell(new OperatorRequest(wish, operator.ref()));
    return operator.receiveMessage();
  }

  /** It has no lineage: it never had one, or lost the newest for a cause. */
  Idle idle(Role role, TestProbe<?> probe, String cause) {
    Idle idle =
        cause.isEmpty()
            ? new Idle(role, path(probe), 0, 0, cause)
            : new Idle(role, path(probe), newest, ++failures, cause);
    coordinator.tell(idle);
    return idle;
  }

  /** Trainer and assigner do the steps from {@code from} up to {@code to}. */
  void steps(long number, long from, long to) {
    for (long k = from; k < to; k++) {
      trained(number, k);
      clustered(number, k);
    }
  }

  void trained(long number, long k) {
    coordinator.tell(new StepDone(lineage(number), Role.TRAINER, k, Map.of("loss", 1.0 / (k + 1))));
  }

  void clustered(long number, long k) {
    coordinator.tell(new StepDone(lineage(number), Role.ASSIGNER, k, Map.of("nmi", 0.5)));
  }

  void written(long number, long step) {
    coordinator.tell(
        new CheckpointWritten(lineage(number), step, directory(step), "digest-" + step, 0.1, 100));
  }

  /** The next message of that type; others before it are passed over. */
  <T> T next(TestProbe<?> probe, Class<T> type) {
    while (true) {
      Object message = probe.receiveMessage(Duration.ofSeconds(5));
      if (type.isInstance(message)) {
        return type.cast(message);
      }
    }
  }

  /** Fails if a message of that type is there or comes at once. */
  void none(TestProbe<?> probe, Class<?> type) {
    status();
    for (Object message = soon(probe); message != NOTHING; message = soon(probe)) {
      assertThat(message).isNotInstanceOf(type);
    }
  }

  private static Object soon(TestProbe<?> probe) {
    try {
      return probe.receiveMessage(Duration.ofMillis(40));
    } catch (AssertionError empty) {
      return NOTHING;
    }
  }

  /** What the coordinator answers, after all it was told before. */
  RunStatus status() {
    TestProbe<RunStatus> asker = kit.createTestProbe();
    coordinator.tell(new StatusRequest(asker.ref()));
    return asker.receiveMessage();
  }

  /** Waits for what the coordinator is doing in the background. */
  void await(String phase) {
    kit.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(status().phase()).isEqualTo(phase);
              return null;
            });
  }

  /** One deadline passes. */
  void tick() {
    status();
    time.timePasses(DEADLINE);
  }

  /** Runs {@code act} and expects a line in the supervision log. */
  <T> T logged(String line, Supplier<T> act) {
    return LoggingTestKit.custom(
            event ->
                event.loggerName().equals(SupervisionLog.LOGGER)
                    && event.message().matches("(?s).*" + line + ".*"))
        .expect(kit.system(), act);
  }

  void logged(String line, Runnable act) {
    logged(
        line,
        () -> {
          act.run();
          return null;
        });
  }

  RunSummary finished() throws InterruptedException {
    RunSummary summary = heard.finished.poll(5, TimeUnit.SECONDS);
    assertThat(summary).as("the run is over").isNotNull();
    return summary;
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
