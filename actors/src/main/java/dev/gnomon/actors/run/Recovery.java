package dev.gnomon.actors.run;

import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import java.util.List;
import java.util.Map;

/**
 * Where a run goes on.
 *
 * @param lineage number of the lineage that was opened for it
 * @param start where that lineage starts
 * @param digest of the weights it starts from; empty from scratch
 * @param skipped checkpoints that were passed over, and why
 * @param scores known scores of the checkpoints up to there, by step
 */
public record Recovery(
    long lineage,
    Start start,
    String digest,
    List<SkippedCheckpoint> skipped,
    Map<Long, Map<String, Double>> scores) {}
