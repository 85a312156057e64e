package dev.gnomon.protocol;

import java.util.List;

/**
 * The newest checkpoint of a run that verifies.
 *
 * @param question that of the {@link NewestRequest}
 * @param run name of the run there; empty where nothing is known of it
 * @param lineage number of the newest lineage that is known there
 * @param start where the next lineage starts
 * @param digest of the weights it starts from; empty from scratch
 * @param skipped checkpoints that were passed over
 */
public record NewestFound(
    long question,
    String run,
    long lineage,
    Start start,
    String digest,
    List<SkippedCheckpoint> skipped)
    implements CoordinatorMessage {
  public NewestFound {
    skipped = List.copyOf(skipped);
  }
}
