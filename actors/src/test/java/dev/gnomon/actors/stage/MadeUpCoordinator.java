package dev.gnomon.actors.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** As much of a coordinator and a checkpointer as a run needs: no membership, no disk. */
public final class MadeUpCoordinator extends AbstractBehavior<CoordinatorMessage> {

  /** Who takes part. */
  public record Cast(
      ActorRef<LoaderMessage> loader,
      ActorRef<TrainerMessage> trainer,
      List<ActorRef<TeacherMessage>> teachers,
      ActorRef<AssignerMessage> assigner)
      implements LocalMessage {}

  private record Tick() implements LocalMessage {}

  private record Half(HalfSaved saved) implements LocalMessage {}

  private final VersionSchedule schedule;
  private final long every;
  private final CompletableFuture<List<Long>> finished;
  private final ActorRef<CheckpointerMessage> checkpointer;
  private final TreeSet<Long> whole = new TreeSet<>();
  private final TreeMap<Long, Set<String>> halves = new TreeMap<>();
  private final Set<String> begun = new HashSet<>(); // actors of this lineage
  private final Map<Role, Long> done = new EnumMap<>(Role.class);
  private final List<Skipped> skipped = new ArrayList<>();
  private Cast cast; // null before the run
  private Begin begin;
  private long ticks;

  private MadeUpCoordinator(
      ActorContext<CoordinatorMessage> context,
      VersionSchedule schedule,
      long every,
      MemoryHalves stored,
      CompletableFuture<List<Long>> finished) {
    super(context);
    this.schedule = schedule;
    this.every = every;
    this.finished = finished;
    this.checkpointer =
        context.messageAdapter(
            CheckpointerMessage.class,
            message -> {
              if (message instanceof CheckpointRequest request) {
                request.replyTo().tell(stored.offer(request));
              }
              return message instanceof HalfSaved half ? new Half(half) : new Tick();
            });
  }

  /** {@code finished} gets the steps of all checkpoints, once the last is whole. */
  public static Behavior<CoordinatorMessage> create(
      VersionSchedule schedule,
      long every,
      Duration deadline,
      MemoryHalves stored,
      CompletableFuture<List<Long>> finished) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Tick(), deadline);
                  return new MadeUpCoordinator(context, schedule, every, stored, finished);
                }));
  }

  @Override
  public Receive<CoordinatorMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Cast.class, this::onCast)
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Begun.class, this::onBegun)
        .onMessage(Idle.class, this::onIdle)
        .onMessage(StepDone.class, this::onStepDone)
        .onMessage(LossNotFinite.class, this::onLossNotFinite)
        .onMessage(Half.class, half -> onHalf(half.saved()))
        .onAnyMessage(other -> this)
        .build();
  }

  private Behavior<CoordinatorMessage> onCast(Cast newCast) {
    cast = newCast;
    open();
    return this;
  }

  /** Opens the next lineage from the newest checkpoint. */
  private void open() {
    long number = begin == null ? 1 : begin.lineage().number() + 1;
    Start start =
        whole.isEmpty()
            ? new Start(0, "", List.of(), skipped)
            : new Start(whole.last(), MemoryHalves.directory(whole.last()), List.of(), skipped);
    begin = new Begin(new Lineage("run", number), start, wiring());
    begun.clear();
    halves.clear();
    done.put(Role.TRAINER, start.step());
    done.put(Role.ASSIGNER, start.step());
    tellBegin();
  }

  private Wiring wiring() {
    return new Wiring(
        getContext().getSelf(),
        List.of(cast.loader()),
        List.of(cast.trainer()),
        cast.teachers(),
        List.of(cast.assigner()),
        List.of(checkpointer),
        List.of(),
        List.of());
  }

  private void tellBegin() {
    cast.loader().tell(begin);
    cast.trainer().tell(begin);
    cast.teachers().forEach(teacher -> teacher.tell(begin));
    cast.assigner().tell(begin);
  }

  private Behavior<CoordinatorMessage> onTick() {
    if (cast != null && !finished.isDone()) {
      ticks++;
      if (begun.size() < 3 + cast.teachers().size()) {
        tellBegin();
      }
      if (ticks % 4 == 0 && done.get(Role.TRAINER) == schedule.steps()) {
        cast.trainer().tell(new CheckpointAt(begin.lineage(), schedule.steps()));
      }
    }
    return this;
  }

  private Behavior<CoordinatorMessage> onBegun(Begun message) {
    if (begin.lineage().equals(message.lineage())) {
      begun.add(message.actor());
      admit();
    }
    return this;
  }

  private Behavior<CoordinatorMessage> onIdle(Idle idle) {
    if (cast == null) {
      return this;
    }
    if (idle.lineage() == begin.lineage().number()) { // it was told to begin, and failed
      begun.remove(idle.actor());
      boolean ownsState = idle.role() == Role.TRAINER || idle.role() == Role.ASSIGNER;
      if (ownsState) {
        open();
      } else {
        tellBegin();
      }
    }
    return this;
  }

  private Behavior<CoordinatorMessage> onStepDone(StepDone message) {
    if (begin.lineage().equals(message.lineage())) {
      done.merge(message.role(), message.step() + 1, Math::max);
      admit();
    }
    return this;
  }

  private Behavior<CoordinatorMessage> onLossNotFinite(LossNotFinite message) {
    if (begin.lineage().equals(message.lineage())) {
      skipped.add(new Skipped(message.step(), message.cause()));
      open();
    }
    return this;
  }

  private void admit() {
    long all = Math.min(done.get(Role.TRAINER), done.get(Role.ASSIGNER));
    long next = schedule.checkpointAt(every * (done.get(Role.TRAINER) / every + 1));
    cast.trainer().tell(new CheckpointAt(begin.lineage(), Math.min(next, schedule.steps())));
    Admit admit = new Admit(begin.lineage(), schedule.admitted(all));
    cast.trainer().tell(admit);
    cast.teachers().forEach(teacher -> teacher.tell(admit));
  }

  private Behavior<CoordinatorMessage> onHalf(HalfSaved half) {
    if (begin.lineage().equals(half.lineage())) {
      Set<String> there = halves.computeIfAbsent(half.step(), step -> new HashSet<>());
      there.add(half.half());
      if (there.size() == 2) {
        whole.add(half.step());
      }
      if (whole.contains(schedule.steps())) {
        finished.complete(new ArrayList<>(whole));
      }
    }
    return this;
  }
}
