package dev.gnomon.model.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** This process has lost its run to another, which has opened a newer lineage; it must end. */
public final class SupersededException extends IOException {

  private static final long serialVersionUID = 1L;

  SupersededException(Path run, long own, long current) {
    super(
        "another process has taken over %s: it is at lineage %d, this process is at %d"
            .formatted(run, current, own));
  }
}
