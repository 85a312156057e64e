package dev.gnomon.protocol;

import java.util.List;

/**
 * Where a lineage starts.
 *
 * @param step steps that are done already
 * @param checkpoint directory of the checkpoint to restore from; empty when training starts from
 *     scratch
 * @param ledger the steps before {@code step} and the lineages they were trained in
 */
public record Start(long step, String checkpoint, List<Segment> ledger) {
  public Start {
    ledger = List.copyOf(ledger);
  }

  /** Training from step 0, from the seed alone. */
  public static Start fromScratch() {
    return new Start(0, "", List.of());
  }
}
