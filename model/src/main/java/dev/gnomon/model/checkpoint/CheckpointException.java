package dev.gnomon.model.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that can not be trusted or written: names the file, what is wrong, what to do. */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean unreadable;

  public CheckpointException(Path file, String reason) {
    this(file, reason, null);
  }

  public CheckpointException(Path file, String reason, Throwable cause) {
    this(file, reason, cause, false);
  }

  private CheckpointException(Path file, String reason, Throwable cause, boolean unreadable) {
    super(file + ": " + reason, cause);
    this.unreadable = unreadable;
  }

  /** What is there can not be read now, and may be sound. */
  static CheckpointException unreadable(Path file, IOException cause) {
    String reason = "can not be read: %s; move it away if it is lost".formatted(cause.getMessage());
    return new CheckpointException(file, reason, cause, true);
  }

  /** Whether nobody knows if it is sound. */
  boolean isUnreadable() {
    return unreadable;
  }
}
