package dev.gnomon.actors.run;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.actors.ActorName;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.run.Recovering.NotRecovered;
import dev.gnomon.actors.run.Recovering.Recovered;
import dev.gnomon.actors.run.Recovering.Superseded;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.checkpoint.SupersededException;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Failed;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.LeaveRequest;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestUnknown;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorRequest;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.StatusRequest;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.Stop;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.Working;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

/**
 * Owns one run: who works on it, which steps may start, when checkpoints are cut and scored, and
 * what happens after a failure. It holds no tensor; the plain classes beside it decide.
 *
 * <p>Whenever it starts, and whenever trainer or assigner lose their state, it asks the
 * checkpointer for the newest checkpoint that verifies, opens the next lineage and goes on from
 * there. What another lineage still says is dropped and counted. Every message may be lost, doubled
 * or late: at each tick it says again what was not answered.
 */
public final class RunCoordinator extends AbstractBehavior<CoordinatorMessage> {

  private enum Own implements LocalMessage {
    TICK,
    RECOVER,
    STOP_DEADLINE
  }

  private record Present(Receptionist.Listing listing) implements LocalMessage {}

  private final StandingOrders orders;
  private final VersionSchedule schedule;
  private final RunFiles files;
  private final RunListener listener;
  private final TimerScheduler<CoordinatorMessage> timers;
  private final Announcer announcer;
  private final Crew crew;
  private final Attendance attendance;
  private final Progress progress;
  private final Restarts restarts;
  private final RunWork work;
  private final OperatorDesk desk;
  private final Overview overview;
  private final Recovering recovering;

  private RunPhase phase = RunPhase.RECOVERING;
  private Lineage lineage;
  private long dropped;

  private RunCoordinator(
      ActorContext<CoordinatorMessage> context,
      TimerScheduler<CoordinatorMessage> timers,
      String run,
      StandingOrders orders,
      RunFiles files,
      RunListener listener) {
    super(context);
    this.orders = orders;
    RunSettings settings = orders.settings();
    this.schedule = settings.training().schedule();
    boolean bootstrap = settings.training().condition().source().learnsCodes();
    this.files = files;
    this.listener = listener;
    this.timers = timers;
    this.lineage = new Lineage(run, 0);
    this.announcer = new Announcer(listener, settings.deadlines().waiting());
    this.crew =
        new Crew(
            context.getSelf(),
            Seat.required(bootstrap),
            ref -> RoleActor.name(context.getSystem(), ref));
    this.progress =
        new Progress(
            schedule,
            bootstrap,
            settings.checkpoint().every(),
            settings.evaluation().every(),
            new SkippedBatches(settings.restart().skippedBatches()));
    this.restarts = new Restarts(settings.restart(), progress, announcer);
    this.work =
        new RunWork(
            schedule, bootstrap, settings.deadlines(), crew, progress, files, listener, announcer);
    this.attendance = new Attendance(crew, progress, restarts, announcer);
    this.desk = new OperatorDesk(orders, progress, work, restarts, files, announcer);
    this.overview = new Overview(schedule, bootstrap, crew, progress, restarts, work, announcer);
    this.recovering = new Recovering(context, crew, files);
    timers.startTimerWithFixedDelay(Own.TICK, settings.deadlines().answer());
    var listings = context.messageAdapter(Receptionist.Listing.class, Present::new);
    for (Seat seat : Seat.inUse(bootstrap)) {
      context.getSystem().receptionist().tell(Receptionist.subscribe(seat.key(), listings));
    }
    recover();
  }

  /**
   * The coordinator of a run.
   *
   * @param run its name, where it has none yet
   * @param listener told of all that happens, by this actor's thread
   */
  public static Behavior<CoordinatorMessage> create(
      String run, RunSettings settings, RunFiles files, RunListener listener) {
    StandingOrders orders = new StandingOrders(settings);
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RunCoordinator(context, timers, run, orders, files, listener)));
  }

  @Override
  public Receive<CoordinatorMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Present.class, this::onPresent)
        .onMessage(NewestFound.class, m -> then(() -> recovering.found(m)))
        .onMessage(NewestUnknown.class, m -> then(() -> recovering.unknown(m)))
        .onMessage(Recovered.class, this::onRecovered)
        .onMessage(NotRecovered.class, m -> onNotRecovered(m.cause()))
        .onMessage(Superseded.class, m -> over(Outcome.FAILED, m.by()))
        .onMessageEquals(Own.RECOVER, this::recover)
        .onMessageEquals(Own.TICK, this::onTick)
        .onMessageEquals(Own.STOP_DEADLINE, () -> over(Outcome.STOPPED, "the stop took too long"))
        .onMessage(Idle.class, this::onIdle)
        .onMessage(Begun.class, ofLineage(Begun::lineage, m -> then(() -> work.begun(m))))
        .onMessage(StepDone.class, ofLineage(StepDone::lineage, m -> then(() -> work.stepDone(m))))
        .onMessage(
            LossNotFinite.class,
            ofLineage(LossNotFinite::lineage, m -> then(() -> work.lossNotFinite(m))))
        .onMessage(
            CheckpointWritten.class,
            ofLineage(CheckpointWritten::lineage, m -> then(() -> work.written(m))))
        .onMessage(
            CheckpointComing.class,
            ofLineage(CheckpointComing::lineage, m -> then(() -> work.coming(m))))
        .onMessage(CheckpointFailed.class, ofLineage(CheckpointFailed::lineage, this::onNotWritten))
        .onMessage(Scored.class, ofLineage(Scored::lineage, m -> then(() -> work.scored(m))))
        .onMessage(Failed.class, ofLineage(Failed::lineage, m -> then(() -> work.failed(m))))
        .onMessage(
            Waiting.class, ofLineage(Waiting::lineage, m -> then(() -> attendance.waiting(m))))
        .onMessage(Working.class, this::onWorking)
        .onMessage(LeaveRequest.class, m -> then(() -> work.leaves(m.replyTo(), phase.isWorking())))
        .onMessage(OperatorWish.class, m -> then(() -> answer(m)))
        .onMessage(OperatorRequest.class, m -> then(() -> m.replyTo().tell(answer(m.wish()))))
        .onMessage(StatusRequest.class, this::onStatusRequest)
        .build();
  }

  /** Lets through what is of the lineage in work; the rest is dropped and counted. */
  private <M> akka.japi.function.Function<M, Behavior<CoordinatorMessage>> ofLineage(
      Function<M, Lineage> of, Function<M, Behavior<CoordinatorMessage>> handler) {
    return message -> {
      if (phase.isWorking() && of.apply(message).equals(lineage)) {
        return handler.apply(message);
      }
      dropped++;
      return this;
    };
  }

  private Behavior<CoordinatorMessage> then(Runnable handling) {
    handling.run();
    return endIfComplete();
  }

  // A lineage begins.

  private Behavior<CoordinatorMessage> recover() {
    phase = RunPhase.RECOVERING;
    crew.ended();
    recovering.begin(lineage.number());
    return this;
  }

  private Behavior<CoordinatorMessage> onNotRecovered(String cause) {
    if (phase == RunPhase.DONE) { // it was told to stop meanwhile
      return this;
    }
    var attempt = restarts.notRecovered(cause);
    if (attempt.exhausted()) {
      return over(Outcome.FAILED, "the run directory can not be used: " + cause);
    }
    timers.startSingleTimer(Own.RECOVER, attempt.backoff());
    return this;
  }

  private Behavior<CoordinatorMessage> onRecovered(Recovered recovered) {
    Recovery recovery = recovered.recovery();
    if (phase == RunPhase.DONE || recovery.lineage() <= lineage.number()) {
      return this; // asked for in an earlier life
    }
    String run = recovered.run().isEmpty() ? lineage.run() : recovered.run();
    crew.ended();
    lineage = new Lineage(run, recovery.lineage());
    work.open(lineage, recovery);
    long step = recovery.start().step();
    if (step > schedule.steps()) {
      return over(
          Outcome.FAILED,
          "%s holds %d steps, more than gnomon.steps = %d"
              .formatted(recovery.start().checkpoint(), step, schedule.steps()));
    }
    if (progress.stopping()) {
      return over(Outcome.STOPPED, "asked to, after a failure");
    }
    phase = RunPhase.WAITING;
    return beginIfComplete();
  }

  private Behavior<CoordinatorMessage> beginIfComplete() {
    if (!crew.missing().isEmpty()) {
      return this;
    }
    announcer.waitingFor(Map.of(), progress.done());
    phase = RunPhase.RUNNING;
    work.begin();
    return endIfComplete();
  }

  private Behavior<CoordinatorMessage> onNotWritten(CheckpointFailed message) {
    if (work.notWritten(message)
        && message.step() == progress.last()
        && restarts.lastNotWritten()) {
      return over(
          progress.stopping() ? Outcome.STOPPED : Outcome.FAILED,
          "the last checkpoint could not be written: " + message.cause());
    }
    return this;
  }

  /** Goes back where a batch is to be skipped; ends the run if there is nothing left to do. */
  private Behavior<CoordinatorMessage> endIfComplete() {
    if (!phase.isWorking()) {
      return this;
    }
    var loss = progress.notFinite();
    if (loss.isPresent()) {
      return restarts.notFinite(loss.get()) ? recover() : over(Outcome.FAILED, loss.get().cause());
    }
    if (phase == RunPhase.RUNNING && progress.trained()) {
      phase = RunPhase.FINISHING;
    }
    if (!progress.complete()) {
      return this;
    }
    if (progress.newest().step() == schedule.steps()) {
      return over(Outcome.DONE, "");
    }
    return progress.stopping() ? over(Outcome.STOPPED, "asked to") : this;
  }

  private Behavior<CoordinatorMessage> over(Outcome outcome, String cause) {
    if (phase == RunPhase.DONE) {
      return this;
    }
    phase = RunPhase.DONE;
    timers.cancelAll();
    recovering.end();
    crew.halt(lineage);
    RunSummary summary =
        progress.summary(
            lineage.run(), outcome, cause, restarts.elapsed(), restarts.all(), work.measures());
    announcer.over(summary);
    listener.onFinished(summary);
    return this;
  }

  // Actors come, go, wait and restart.

  private Behavior<CoordinatorMessage> onPresent(Present message) {
    for (Seat seat : attendance.present(message.listing(), phase != RunPhase.DONE)) {
      onCrewChanged(seat);
    }
    return this;
  }

  private void onCrewChanged(Seat seat) {
    if (phase == RunPhase.RECOVERING) {
      recovering.ask();
    } else if (phase == RunPhase.WAITING) {
      beginIfComplete();
    } else if (phase.isWorking()) {
      if (seat.stateful()) {
        recover();
      } else {
        crew.rewired();
        work.tellBegin();
      }
    }
  }

  private Behavior<CoordinatorMessage> onIdle(Idle message) {
    if (phase.isWorking()) {
      attendance.idle(message, lineage).ifPresent(verdict -> follow(verdict, message));
    }
    return endIfComplete();
  }

  private void follow(Restarts.Verdict verdict, Idle of) {
    switch (verdict) {
      case REJOIN -> work.tellBegin();
      case ROLLBACK -> recover();
      case END_SCORING -> progress.endScoring();
      case END_RUN ->
          over(Outcome.FAILED, "%s failed too often: %s".formatted(of.actor(), of.cause()));
    }
  }

  /** One of another lineage is of no interest, and nothing is lost with it. */
  private Behavior<CoordinatorMessage> onWorking(Working message) {
    if (phase.isWorking() && message.lineage().equals(lineage)) {
      attendance.working(message);
    }
    return this;
  }

  private Behavior<CoordinatorMessage> onTick() {
    if (dropped > 0 && announcer.dropped(dropped)) {
      dropped = 0;
    }
    try {
      files.requireCurrent();
    } catch (SupersededException e) {
      return over(Outcome.FAILED, e.getMessage());
    } catch (IOException unknown) {
      // Whoever writes a checkpoint finds out.
    }
    boolean asking = recovering.ask();
    if (phase.isWorking()) {
      work.tick();
    } else {
      attendance.awaitCrew(asking);
    }
    return endIfComplete();
  }

  // The operator.

  private OperatorAnswer answer(OperatorWish wish) {
    if (phase == RunPhase.DONE) {
      return OperatorDesk.refused("the run is over");
    }
    return wish instanceof Stop ? stop() : desk.carryOut(wish, phase.isWorking());
  }

  private OperatorAnswer stop() {
    if (!phase.isWorking()) {
      over(Outcome.STOPPED, "asked to");
      return OperatorDesk.granted("nobody was at work; the run ends now");
    }
    if (!progress.stopping()) {
      announcer.info(SupervisionLog.event("stopping").with("checkpoint", progress.stop()));
      orders.paused(false);
      timers.startSingleTimer(Own.STOP_DEADLINE, orders.settings().deadlines().stop());
      work.admit();
    }
    return OperatorDesk.granted("the run ends after its checkpoint of step %d", progress.last());
  }

  private Behavior<CoordinatorMessage> onStatusRequest(StatusRequest request) {
    request.replyTo().tell(overview.now(phase.shown(progress), lineage, here()));
    return this;
  }

  private String here() {
    return ActorName.of(RoleActor.name(getContext().getSystem(), getContext().getSelf())).node();
  }
}
