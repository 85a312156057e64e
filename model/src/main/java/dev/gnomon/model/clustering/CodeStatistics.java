package dev.gnomon.model.clustering;

import dev.gnomon.model.engine.HostTensor;

/**
 * What the codes of recent images look like: a table of codes against labels whose older entries
 * fade, by a factor a batch. Its row sums are the histogram that samples are drawn from.
 */
public final class CodeStatistics {

  /** What earlier batches count for after each batch: about the last hundred of them matter. */
  private static final double FADE = 0.99;

  /**
   * An entry below this, of which 2,000 batches knew nothing, is 0: fading alone never gets there.
   */
  private static final double GONE = 1e-9;

  private final int codes;
  private final int labels;
  private final double[] table; // [codes, labels + 1], the last column without a label

  public CodeStatistics(int codes, int labels) {
    this.codes = codes;
    this.labels = labels;
    this.table = new double[codes * (labels + 1)];
  }

  /**
   * Adds a batch.
   *
   * @param batchCodes as many of each image, image by image
   * @param batchLabels of each image, below the number of labels; -1 is unknown
   */
  public void add(int[] batchCodes, int[] batchLabels) {
    int each = batchCodes.length / Math.max(1, batchLabels.length);
    for (int i = 0; i < table.length; i++) {
      double faded = table[i] * FADE;
      table[i] = faded < GONE ? 0 : faded;
    }
    for (int i = 0; i < batchCodes.length; i++) {
      int known = batchLabels[i / each];
      if (known >= labels) {
        throw new IllegalArgumentException(
            "label %d of %d; set gnomon.condition.classes to what the images have"
                .formatted(known, labels));
      }
      int label = known < 0 ? labels : known;
      table[batchCodes[i] * (labels + 1) + label]++;
    }
  }

  /** Forgets everything. */
  public void clear() {
    java.util.Arrays.fill(table, 0);
  }

  /** Faded count of each code, [codes]. */
  public double[] histogram() {
    double[] counts = new double[codes];
    for (int code = 0; code < codes; code++) {
      for (int label = 0; label <= labels; label++) {
        counts[code] += table[code * (labels + 1) + label];
      }
    }
    return counts;
  }

  /** How evenly codes are used. */
  public CodeBalance balance() {
    return CodeBalance.of(histogram());
  }

  /** Faded counts of codes against labels, [codes][labels], of the images that have a label. */
  public double[][] contingency() {
    double[][] counts = new double[codes][labels];
    for (int code = 0; code < codes; code++) {
      System.arraycopy(table, code * (labels + 1), counts[code], 0, labels);
    }
    return counts;
  }

  public HostTensor save() {
    return HostTensor.of(table, codes, labels + 1);
  }

  public void restore(HostTensor saved) {
    System.arraycopy(saved.doubles(), 0, table, 0, table.length);
  }
}
