package dev.gnomon.actors.run;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.ActorName;
import dev.gnomon.actors.Gauge;
import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Wiring;
import dev.gnomon.protocol.Working;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The actors that work on a run: knows who fills which seat and who has begun, and tells those who
 * have not, again and again, to begin.
 */
final class Crew {

  /** An actor of the crew, and how far it is with the current lineage. */
  static final class Member {
    private final Seat seat;
    private final ActorRef<?> ref;
    private final String actor;
    private boolean begun;
    private boolean wired;
    private long failures; // that it was heard of in the lineages it was told to begin
    private long step;
    private String state = "idle";
    private long version = Gauge.NO_VERSION;
    private Map<String, Long> queued = Map.of();

    private Member(Seat seat, ActorRef<?> ref, String actor) {
      this.seat = seat;
      this.ref = ref;
      this.actor = actor;
    }

    Seat seat() {
      return seat;
    }

    /** The name that it names itself by. */
    String actor() {
      return actor;
    }

    /** The node it runs on. */
    String node() {
      return ActorName.of(actor).node();
    }

    boolean begun() {
      return begun;
    }

    /** What it says it is doing. */
    void doing(String state, long step) {
      this.state = state;
      this.step = Math.max(this.step, step);
    }

    /** What it says at a tick. */
    void working(Working message) {
      doing(
          message.waitsFor().isEmpty()
              ? message.doing()
              : WAITING + String.join(", ", message.waitsFor()),
          message.step());
      version = message.version();
      queued = message.queued();
    }

    private void idle(String why) {
      begun = false;
      wired = false;
      state = why;
      step = 0;
      version = Gauge.NO_VERSION;
      queued = Map.of();
    }

    private ActorStatus status(int restarts) {
      return new ActorStatus(seat.role(), actor, state, restarts, step, begun, version, queued);
    }

    /**
     * It says that it has no lineage. That is a failure if it was told to begin {@code lineage},
     * and one that is heard of for the first time; otherwise the message crossed with its Begin, or
     * that was lost.
     */
    boolean failed(Idle message, Lineage lineage) {
      boolean failed = message.lineage() == lineage.number() && message.failures() > failures;
      failures = failed ? message.failures() : failures;
      return failed;
    }
  }

  private static final String WAITING = "waiting for ";

  private final ActorRef<CoordinatorMessage> coordinator;
  private final Function<ActorRef<?>, String> name;
  private final Membership<ActorRef<?>> membership;
  private final Map<ActorRef<?>, Member> members = new HashMap<>();
  private final Set<Seat> everFilled = EnumSet.noneOf(Seat.class);

  /**
   * @param required seats without which no step can be trained
   * @param name gives the name that an actor names itself by
   */
  Crew(
      ActorRef<CoordinatorMessage> coordinator,
      Set<Seat> required,
      Function<ActorRef<?>, String> name) {
    this.coordinator = coordinator;
    this.name = name;
    this.membership = new Membership<>(required);
  }

  /** The actors that can fill {@code seat} now; gives whether anyone who fills it has changed. */
  boolean present(Seat seat, Collection<? extends ActorRef<?>> actors) {
    List<ActorRef<?>> found = List.copyOf(actors);
    boolean changed = membership.present(seat, found);
    List<ActorRef<?>> filling = membership.filling(seat);
    members.values().removeIf(m -> m.seat == seat && !filling.contains(m.ref));
    filling.forEach(
        ref -> members.computeIfAbsent(ref, unused -> new Member(seat, ref, name.apply(ref))));
    if (!filling.isEmpty()) {
      everFilled.add(seat);
    }
    return changed;
  }

  List<Seat> missing() {
    return membership.missing();
  }

  /** Those of {@code seats} that nobody fills, and why. */
  Map<String, String> unfilled(Collection<Seat> seats) {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Seat seat : seats) {
      if (membership.filling(seat).isEmpty()) {
        reasons.put(
            seat.toString(), everFilled.contains(seat) ? "it was lost" : "nobody has come yet");
      }
    }
    return reasons;
  }

  /** Whether everyone who fills {@code seat} works on the current lineage. */
  boolean begun(Seat seat) {
    List<Member> filling = filling(seat);
    return !filling.isEmpty() && filling.stream().allMatch(Member::begun);
  }

  /** Those who fill {@code seat}. */
  List<Member> filling(Seat seat) {
    return membership.filling(seat).stream().map(members::get).toList();
  }

  /** The names of those who fill {@code seat}. */
  List<String> names(Seat seat) {
    return filling(seat).stream().map(Member::actor).toList();
  }

  /** The member of that path. */
  Optional<Member> named(String actor) {
    return members.values().stream().filter(m -> m.actor().equals(actor)).findFirst();
  }

  /** A lineage is over: nobody works any more. */
  void ended() {
    members.values().forEach(m -> m.idle("idle"));
  }

  /** Who fills a seat has changed: everyone has to hear of it. */
  void rewired() {
    members.values().forEach(m -> m.wired = false);
  }

  /** {@code member} works on the current lineage, and knows its wiring. */
  void begun(Member member, long step) {
    member.begun = true;
    member.wired = true;
    member.doing("working", step);
  }

  /** Whoever has that role has done steps below {@code step}. */
  void stepped(Role role, long step) {
    members.values().stream()
        .filter(m -> m.seat.role() == role)
        .forEach(m -> m.doing(m.state.startsWith(WAITING) ? "working" : m.state, step));
  }

  /** {@code member} lost its lineage. */
  void lost(Member member) {
    member.idle("restarted");
  }

  /**
   * Tells everyone who has not said so to work on {@code lineage}.
   *
   * @param rejoin where someone without state joins the lineage while it runs
   */
  void begin(Lineage lineage, Start start, Start rejoin) {
    members.values().stream()
        .filter(m -> !m.wired)
        .forEach(
            m -> tell(m, new Begin(lineage, m.seat == Seat.TEACHER ? rejoin : start, wiring())));
  }

  /** Tells everyone to stop working on {@code lineage}. */
  void halt(Lineage lineage) {
    members.values().forEach(m -> tell(m, new Halt(lineage)));
  }

  /** Sends {@code message} to everyone who fills {@code seat}. */
  void tell(Seat seat, Object message) {
    filling(seat).forEach(m -> tell(m, message));
  }

  List<ActorStatus> status(ToIntFunction<String> restarts) {
    List<ActorStatus> status = new ArrayList<>();
    for (Seat seat : Seat.values()) {
      filling(seat).forEach(m -> status.add(m.status(restarts.applyAsInt(m.actor()))));
      for (ActorRef<?> ref : membership.standingBy(seat)) {
        Member spare = new Member(seat, ref, name.apply(ref));
        spare.state = ActorStatus.STANDBY;
        status.add(spare.status(restarts.applyAsInt(spare.actor())));
      }
    }
    return status;
  }

  private Wiring wiring() {
    return new Wiring(
        coordinator,
        refs(Seat.LOADER),
        refs(Seat.TRAINER),
        refs(Seat.TEACHER),
        refs(Seat.ASSIGNER),
        refs(Seat.CHECKPOINTER),
        refs(Seat.EVALUATOR),
        refs(Seat.SCORER));
  }

  /** References of a seat; the Receptionist's key fixed what they take. */
  @SuppressWarnings("unchecked")
  private <M> List<ActorRef<M>> refs(Seat seat) {
    return membership.filling(seat).stream().map(ref -> (ActorRef<M>) ref).toList();
  }

  @SuppressWarnings("unchecked")
  private static void tell(Member member, Object message) {
    ((ActorRef<Object>) member.ref).tell(message);
  }
}
