package dev.gnomon.actors.run;

import dev.gnomon.protocol.Role;

/** A place in a run that actors of one kind fill. The scorer sits on an evaluator's node. */
enum Seat {
  LOADER(Role.DATA, false),
  TRAINER(Role.TRAINER, true),
  TEACHER(Role.TEACHER, false),
  ASSIGNER(Role.ASSIGNER, true),
  CHECKPOINTER(Role.CHECKPOINTER, true),
  EVALUATOR(Role.EVALUATOR, false),
  SCORER(Role.EVALUATOR, true);

  private final Role role;
  private final boolean single;

  Seat(Role role, boolean single) {
    this.role = role;
    this.single = single;
  }

  /** The role a node must have to fill it. */
  Role role() {
    return role;
  }

  /** Whether one actor fills it and further ones stand by. */
  boolean single() {
    return single;
  }

  /** Whether its actor holds state that only a checkpoint brings back. */
  boolean stateful() {
    return this == TRAINER || this == ASSIGNER;
  }
}
