package dev.gnomon.model.checkpoint;

/** A line of a run's ledger: steps {@code from} to {@code to} - 1 were trained in that lineage. */
public record Segment(long lineage, long from, long to) {

  public Segment {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("steps [%d, %d) are no segment".formatted(from, to));
    }
  }
}
