package dev.gnomon.actors;

import dev.gnomon.protocol.Lineage;

/** What an actor remembers from one life to the next: what it worked on and why it failed. */
public final class Recollection {

  private Lineage lineage; // the last it worked on, null before the first
  private long step;
  private String cause = "";
  private int failures;

  /** It is told to work on a lineage; whether it can is still to be seen. */
  void begin(Lineage newer, long from) {
    if (!newer.equals(lineage)) {
      lineage = newer;
      step = from;
      cause = "";
    }
  }

  void at(long now) {
    step = now;
  }

  void failed(Throwable failure) {
    failures++;
    cause = sentence(failure);
  }

  /** Why the last life failed; empty in the first, and since it was told of another lineage. */
  String cause() {
    return cause;
  }

  /** Number of the last lineage it was told to begin, 0 before the first. */
  long lineage() {
    return lineage == null ? 0 : lineage.number();
  }

  long step() {
    return step;
  }

  int failures() {
    return failures;
  }

  /**
   * Whether an idle actor may begin {@code other}. State that was lost, or could not be made, is
   * not made again in that lineage: its peers have moved on with it.
   */
  boolean mayBegin(Lineage other, boolean ownsState) {
    return lineage == null
        || !other.run().equals(lineage.run())
        || other.number() > lineage.number()
        || (other.number() == lineage.number() && !ownsState);
  }

  private static String sentence(Throwable failure) {
    Throwable cause =
        failure instanceof LaneFailure && failure.getCause() != null ? failure.getCause() : failure;
    return cause.getMessage() == null
        ? cause.getClass().getName()
        : cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }
}
