package dev.gnomon.actors.run;

import akka.actor.typed.ActorRef;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import dev.gnomon.actors.node.Services;
import dev.gnomon.protocol.Role;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A place in a run that actors of one kind fill. The scorer sits on an evaluator's node. */
enum Seat {
  LOADER(Role.DATA, Services.LOADER, false),
  TRAINER(Role.TRAINER, Services.TRAINER, true),
  TEACHER(Role.TEACHER, Services.TEACHER, false),
  ASSIGNER(Role.ASSIGNER, Services.ASSIGNER, true),
  CHECKPOINTER(Role.CHECKPOINTER, Services.CHECKPOINTER, true),
  EVALUATOR(Role.EVALUATOR, Services.EVALUATOR, false),
  SCORER(Role.EVALUATOR, Services.SCORER, true);

  private final Role role;
  private final ServiceKey<?> key;
  private final boolean single;

  Seat(Role role, ServiceKey<?> key, boolean single) {
    this.role = role;
    this.key = key;
    this.single = single;
  }

  /**
   * Seats that a run has work for.
   *
   * @param bootstrap whether conditions come from teacher and assigner
   */
  static Set<Seat> inUse(boolean bootstrap) {
    Set<Seat> seats = EnumSet.allOf(Seat.class);
    if (!bootstrap) {
      seats.removeAll(Set.of(TEACHER, ASSIGNER));
    }
    return seats;
  }

  /** Those of them without which no step can be trained: nobody waits for an evaluation. */
  static Set<Seat> required(boolean bootstrap) {
    Set<Seat> seats = inUse(bootstrap);
    seats.removeAll(Set.of(EVALUATOR, SCORER));
    return seats;
  }

  /** The role a node must have to fill it. */
  Role role() {
    return role;
  }

  /** Under which those who can fill it are found. */
  ServiceKey<?> key() {
    return key;
  }

  /** Those in {@code listing}, which is for this seat's key. */
  Set<? extends ActorRef<?>> in(Receptionist.Listing listing) {
    return listing.getServiceInstances(key);
  }

  /** Whether one actor fills it and further ones stand by. */
  boolean single() {
    return single;
  }

  /** Whether its actor holds state that only a checkpoint brings back. */
  boolean stateful() {
    return this == TRAINER || this == ASSIGNER;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
