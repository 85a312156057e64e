package dev.gnomon.model.checkpoint;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in a run's checkpoint directory: {@code step-000400} is a checkpoint; {@code
 * .step-000400.3.partial} is one of lineage 3 in some other state, {@code
 * .step-000400.3.trunk.half} a part of one.
 */
record CheckpointName(long step, long lineage, State state) {
  private static final Pattern COMMITTED = Pattern.compile("step-(\\d{6,18})");
  private static final Pattern HIDDEN =
      Pattern.compile(
          "\\.step-(\\d{6,18})\\.(\\d{1,18})\\.(?:\\w+\\.)?(half|partial|replaced|deleted)");

  enum State {
    COMMITTED,
    /** Written by its owner, whole, for a checkpointer to take. */
    HALF,
    /** Being brought together. */
    PARTIAL,
    /** Committed, and counts for as long as its successor of the same step is not in place. */
    REPLACED,
    DELETED;

    private String suffix() {
      return "." + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it is no checkpoint yet, but what one is made of. */
  boolean isPart() {
    return state == State.HALF || state == State.PARTIAL;
  }

  /** The name of a committed checkpoint, whatever its lineage. */
  static String committed(long step) {
    return "step-%06d".formatted(step);
  }

  static String hidden(long step, long lineage, State state) {
    return "." + committed(step) + "." + lineage + state.suffix();
  }

  /** The name of one owner's half. */
  static String half(long step, long lineage, String half) {
    return "." + committed(step) + "." + lineage + "." + half + State.HALF.suffix();
  }

  /** What {@code path} is by its name; empty for foreign files. A committed name has lineage 0. */
  static Optional<CheckpointName> of(Path path) {
    String name = path.getFileName().toString();
    Matcher committed = COMMITTED.matcher(name);
    if (committed.matches()) {
      return Optional.of(
          new CheckpointName(Long.parseLong(committed.group(1)), 0, State.COMMITTED));
    }
    Matcher hidden = HIDDEN.matcher(name);
    if (hidden.matches()) {
      State state = State.valueOf(hidden.group(3).toUpperCase(Locale.ROOT));
      return Optional.of(
          new CheckpointName(
              Long.parseLong(hidden.group(1)), Long.parseLong(hidden.group(2)), state));
    }
    return Optional.empty();
  }
}
