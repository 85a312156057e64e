package dev.gnomon.actors.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param step steps done in the lineage that survived
 * @param measures of the last step
 * @param scores of the last checkpoint that was scored; empty where none was
 * @param checkpoint the newest checkpoint
 * @param digest of that checkpoint's weights; empty where there is none
 * @param restarts of all actors
 * @param cause why it stopped or failed; empty where it is done
 */
public record RunSummary(
    String run,
    Outcome outcome,
    long step,
    long steps,
    Duration elapsed,
    Map<String, Double> measures,
    Map<String, Double> scores,
    Optional<Path> checkpoint,
    String digest,
    int restarts,
    String cause) {

  /** Whether a run reached its last step, was asked to stop before, or could not go on. */
  public enum Outcome {
    DONE,
    STOPPED,
    FAILED
  }
}
