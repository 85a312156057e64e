package dev.gnomon.model.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that can not be trusted or written: names the file, what is wrong, what to do. */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;

  public CheckpointException(Path file, String reason) {
    super(file + ": " + reason);
  }

  public CheckpointException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
