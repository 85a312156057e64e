package dev.gnomon.model.checkpoint;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a checkpoint is: the weights after {@code step} of {@code steps} steps of a run, and how
 * they came about.
 *
 * @param format version of this record on disk
 * @param digest {@link WeightDigest} of all halves, in hex; empty until the checkpoint is committed
 * @param settings the run's resolved configuration, flattened to paths and values
 * @param ledger which steps were trained in which lineage
 * @param skipped batches that were not trained on
 */
public record Manifest(
    int format,
    String run,
    long lineage,
    long step,
    long steps,
    String digest,
    List<SavedFile> files,
    Map<String, String> settings,
    List<Segment> ledger,
    List<Skipped> skipped,
    Instant written) {

  /** The format that this build writes and reads. */
  public static final int FORMAT = 1;

  public Manifest {
    files = List.copyOf(files);
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    ledger = List.copyOf(ledger);
    skipped = List.copyOf(skipped);
  }

  Manifest withDigest(String computed) {
    return new Manifest(
        format, run, lineage, step, steps, computed, files, settings, ledger, skipped, written);
  }
}
