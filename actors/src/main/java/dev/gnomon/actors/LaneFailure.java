package dev.gnomon.actors;

/** Work on an actor's lane failed, and the actor with it. */
public final class LaneFailure extends RuntimeException {

  LaneFailure(Throwable cause) {
    super(cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage(), cause);
  }
}
