package dev.gnomon.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.ReceiveBuilder;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.WireMessage;
import dev.gnomon.protocol.Wiring;
import dev.gnomon.protocol.Working;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The life that the actors of all roles share. Without a lineage an actor is idle and says so at
 * each tick, until it gets a {@link Begin}. A newer lineage makes it drop everything; the same one
 * again only rewires it; {@link Halt} stops it for that lineage. Messages of an older lineage are
 * dropped and counted, those of a newer one wait for its Begin, and results of work that was
 * started in another lineage are ignored. A failure ends this life; the next one starts idle and
 * remembers why.
 */
public abstract class RoleActor extends AbstractBehavior<WireMessage> {

  /** Messages of a newer lineage that wait for its Begin; what is over is lost and asked again. */
  private static final int EARLY_MESSAGES = 64;

  /**
   * What all lives of one actor have in common.
   *
   * @param coordinator who is told that this actor is idle
   * @param deadline time between ticks, after which whatever is missing is asked for again
   * @param ownsState whether a restart loses state, so that the lineage it was lost in is over
   */
  public record Identity(
      Role role, ActorRef<CoordinatorMessage> coordinator, Duration deadline, boolean ownsState) {

    /** The identity of an actor that a node runs. */
    public static Identity of(RoleContext context, boolean ownsState) {
      return new Identity(
          context.role(),
          context.coordinator(),
          context.settings().deadlines().answer(),
          ownsState);
    }
  }

  /** One life: from a start or restart of the actor to its stop or failure. */
  public record Life(
      ActorContext<WireMessage> context, Identity identity, Recollection recollection) {}

  private record Tick() implements LocalMessage {}

  private record Piped(RoleActor life, Lineage lineage, Runnable outcome) implements LocalMessage {}

  private record Early(Lineage lineage, WireMessage message) {}

  private final Life life;
  private final Deque<Early> early = new ArrayDeque<>();
  private final List<String> waits = new ArrayList<>(); // said at this tick
  private Begin begin; // null while idle
  private boolean halted;
  private boolean begun;
  private long dropped;

  protected RoleActor(Life life) {
    super(life.context());
    this.life = life;
    tellIdle();
  }

  /** Behavior that lives by {@code actor}, once more after each restart by its supervisor. */
  public static <M extends WireMessage> Behavior<M> lives(
      Identity identity, Function<Life, RoleActor> actor) {
    Recollection recollection = new Recollection();
    return Behaviors.intercept(
            () -> new FailureWitness(identity.role(), recollection),
            Behaviors.<WireMessage>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> {
                          startTicks(timers, identity.deadline());
                          return actor.apply(new Life(context, identity, recollection));
                        })))
        .narrow();
  }

  private static void startTicks(TimerScheduler<WireMessage> timers, Duration deadline) {
    timers.startTimerWithFixedDelay(new Tick(), deadline);
  }

  /** Starts work on a newer lineage, {@link #lineage()}, from {@link #start()}. */
  protected abstract void begin();

  /** The wiring changed. */
  protected abstract void rewired();

  /** The deadline passed since the last tick: ask again for what is missing. */
  protected abstract void tick();

  /** What it is doing, for operators; asked at each tick once it has {@link #begun}. */
  protected Gauge gauge() {
    return Gauge.of("working");
  }

  /** Frees what this life holds; also after a failure. Returns at once. */
  protected abstract void close();

  /** Adds the role's own messages, each by {@link #on}. */
  protected abstract void messages(ReceiveBuilder<WireMessage> builder);

  /** Handles messages of {@code type} that are of this actor's lineage, while it works on it. */
  protected final <T extends WireMessage> void on(
      ReceiveBuilder<WireMessage> builder,
      Class<T> type,
      Function<T, Lineage> lineage,
      Consumer<T> handler) {
    builder.onMessage(
        type,
        message -> {
          if (isCurrent(lineage.apply(message), message)) {
            handler.accept(message);
          }
          return this;
        });
  }

  /** Whether there is no lineage. */
  protected final boolean isIdle() {
    return begin == null;
  }

  protected final Lineage lineage() {
    return begin.lineage();
  }

  protected final Start start() {
    return begin.start();
  }

  protected final Wiring wiring() {
    return begin.wiring();
  }

  /** The name of an actor that every node knows it by: its path, with the address of its node. */
  public static String name(ActorSystem<?> here, ActorRef<?> actor) {
    return actor.path().toStringWithAddress(here.address());
  }

  /** By which logs and the coordinator know this actor. */
  protected final String actor() {
    return name(getContext().getSystem(), getContext().getSelf());
  }

  /** Tells the coordinator that this lineage's work starts now. */
  protected final void begun() {
    begun = true;
    wiring().coordinator().tell(new Begun(lineage(), role(), actor(), start().step()));
  }

  /** Whether {@link #begun} was said for this lineage. */
  protected final boolean hasBegun() {
    return begun;
  }

  /** Tells the coordinator what this actor waits for. */
  protected final void waiting(String forWhat, long step) {
    waits.add(forWhat);
    wiring().coordinator().tell(new Waiting(lineage(), role(), actor(), forWhat, step));
  }

  /** Notes the step that a failure from now on is logged with. */
  protected final void at(long step) {
    life.recollection().at(step);
  }

  /**
   * Hands a lane's result to {@code then} if it is still of this lineage; a failure ends this life.
   */
  protected final <T> void pipe(CompletionStage<T> result, Consumer<? super T> then) {
    pipe(result, then, this::failed);
  }

  /** Work on a lane failed, and this life with it. */
  protected void failed(Throwable failure) {
    throw new LaneFailure(failure);
  }

  /** As {@link #pipe(CompletionStage, Consumer)}, but {@code otherwise} deals with a failure. */
  protected final <T> void pipe(
      CompletionStage<T> result, Consumer<? super T> then, Consumer<Throwable> otherwise) {
    Lineage of = lineage();
    getContext()
        .pipeToSelf(
            result,
            (value, failure) ->
                new Piped(
                    this,
                    of,
                    failure == null ? () -> then.accept(value) : () -> otherwise.accept(failure)));
  }

  @Override
  public final Receive<WireMessage> createReceive() {
    ReceiveBuilder<WireMessage> builder =
        newReceiveBuilder()
            .onMessage(Begin.class, this::onBegin)
            .onMessage(Halt.class, this::onHalt)
            .onMessage(Tick.class, tick -> onTick())
            .onMessage(Piped.class, this::onPiped)
            .onSignal(PostStop.class, signal -> onEnd())
            .onSignal(PreRestart.class, signal -> onEnd());
    messages(builder);
    return builder.build();
  }

  private Behavior<WireMessage> onBegin(Begin message) {
    if (begin != null && message.lineage().equals(lineage())) {
      if (!halted) {
        begin = new Begin(lineage(), start(), message.wiring());
        rewired();
        if (begun) {
          begun();
        }
      }
    } else if (isNewer(message.lineage())) {
      begin = message;
      halted = false;
      begun = false;
      life.recollection().begin(lineage(), start().step());
      begin();
      replay();
    } else {
      dropped++;
    }
    return this;
  }

  private Behavior<WireMessage> onHalt(Halt message) {
    if (isCurrent(message.lineage(), message)) {
      halted = true;
    }
    return this;
  }

  private Behavior<WireMessage> onTick() {
    if (dropped > 0) {
      SupervisionLog.event("dropped")
          .with("actor", role().wireName())
          .with("messages", dropped)
          .with("reason", "of another lineage")
          .with("node", ActorName.of(actor()).node())
          .info();
      dropped = 0;
    }
    if (begin == null) {
      tellIdle();
    } else if (!halted) {
      waits.clear();
      tick();
      tellWorking();
    }
    return this;
  }

  private void tellWorking() {
    Gauge gauge = begun ? gauge() : Gauge.of("beginning");
    wiring()
        .coordinator()
        .tell(
            new Working(
                lineage(),
                role(),
                actor(),
                gauge.doing(),
                waits,
                life.recollection().step(),
                gauge.version(),
                gauge.queued()));
  }

  private Behavior<WireMessage> onPiped(Piped result) {
    if (result.life() == this && !halted && result.lineage().equals(lineage())) {
      result.outcome().run();
    }
    return this;
  }

  private Behavior<WireMessage> onEnd() {
    close();
    return this;
  }

  private Role role() {
    return life.identity().role();
  }

  private void tellIdle() {
    Recollection recollection = life.recollection();
    life.identity()
        .coordinator()
        .tell(
            new Idle(
                role(),
                actor(),
                recollection.lineage(),
                recollection.failures(),
                recollection.cause()));
  }

  private boolean isCurrent(Lineage of, WireMessage message) {
    if (begin != null && of.equals(lineage()) && !halted) {
      return true;
    }
    if (isNewer(of) && early.size() < EARLY_MESSAGES) {
      early.add(new Early(of, message));
    } else {
      dropped++;
    }
    return false;
  }

  private boolean isNewer(Lineage other) {
    return begin == null
        ? life.recollection().mayBegin(other, life.identity().ownsState())
        : other.run().equals(lineage().run()) && other.number() > lineage().number();
  }

  private void replay() {
    early.removeIf(message -> message.lineage().number() < lineage().number());
    early.stream()
        .filter(message -> message.lineage().equals(lineage()))
        .forEach(message -> getContext().getSelf().tell(message.message()));
    early.removeIf(message -> message.lineage().equals(lineage()));
  }
}
