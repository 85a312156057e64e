package dev.gnomon.protocol;

import java.util.List;

/**
 * Where a lineage starts.
 *
 * @param step steps that are done already
 * @param checkpoint directory of the checkpoint to restore from; empty when training starts from
 *     scratch
 * @param ledger the steps before {@code step} and the lineages they were trained in
 * @param skipped steps, before {@code step} and after it, that are counted and train nothing;
 *     ascending
 */
public record Start(long step, String checkpoint, List<Segment> ledger, List<Skipped> skipped) {
  public Start {
    ledger = List.copyOf(ledger);
    skipped = List.copyOf(skipped);
  }

  /** A start of a run that trains on every batch. */
  public Start(long step, String checkpoint, List<Segment> ledger) {
    this(step, checkpoint, ledger, List.of());
  }

  /** Whether step {@code k} trains nothing. */
  public boolean skips(long k) {
    return skipped.stream().anyMatch(s -> s.step() == k);
  }

  /** Training from step 0, from the seed alone. */
  public static Start fromScratch() {
    return new Start(0, "", List.of());
  }
}
