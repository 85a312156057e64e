package dev.gnomon.launch.report;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the newest checkpoint that verifies says of itself.
 *
 * @param digest over all weights
 * @param codes how often each code was used, where the run has codes
 */
record NewestCheckpoint(long step, String digest, Optional<CodeUse> codes) {

  static Optional<NewestCheckpoint> of(Path runDirectory) {
    return Optional.empty();
  }
}
