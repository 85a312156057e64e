package dev.gnomon.model.engine;

import java.nio.file.Path;

/** A safetensors file that can not be trusted: says which file and what is wrong with it. */
public final class SafetensorsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SafetensorsException(Path file, String reason) {
    super(file + ": " + reason);
  }

  public SafetensorsException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
