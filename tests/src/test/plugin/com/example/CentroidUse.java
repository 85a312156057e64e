package com.example;

import dev.gnomon.protocol.ExperimentMessage;
import dev.gnomon.protocol.Lineage;
import java.util.Arrays;

/** How many of the recent images each centroid has after so many steps. */
public record CentroidUse(Lineage lineage, long step, double[] images)
    implements ExperimentMessage {

  /** Centroids with more than a tenth of what each had if all had as many. */
  long used() {
    double few = 0.1 * Arrays.stream(images).average().orElseThrow();
    return Arrays.stream(images).filter(had -> had > few).count();
  }

  boolean isNewerThan(CentroidUse other) {
    long lineages = lineage.number() - other.lineage.number();
    return lineages > 0 || (lineages == 0 && step > other.step);
  }
}
