package dev.gnomon.model.training;

/**
 * Which weight version the conditions of a step come from, and how far ahead of the trainer the
 * teacher may work. A pure function of the configuration: asynchrony is a schedule, not an
 * accident.
 *
 * <p>Steps count from 0. Stage 1 is {@code k < boundary}. From there on the conditions of step k
 * come from version {@code j(k) = max(boundary, P floor((k - L) / P))} with P = publish-every and L
 * = max-staleness - P + 1, where version v is the moving average after v steps. So {@code k - j(k)}
 * never exceeds max-staleness, and the result depends on no timing.
 *
 * @param steps number of training steps
 * @param boundary first step of stage 2, at most {@code steps}
 * @param publishEvery P, at least 1
 * @param maxStaleness at least P - 1
 */
public record VersionSchedule(long steps, long boundary, int publishEvery, int maxStaleness) {

  public VersionSchedule {
    if (steps < 0 || boundary < 0 || boundary > steps) {
      throw new IllegalArgumentException(
          "boundary %d is not within 0 and %d steps".formatted(boundary, steps));
    }
    if (publishEvery < 1 || maxStaleness < publishEvery - 1) {
      throw new IllegalArgumentException(
          "max-staleness %d must be at least publish-every - 1 = %d - 1, and publish-every at least 1"
              .formatted(maxStaleness, publishEvery));
    }
  }

  /** L: how many steps the teacher may work ahead of the trainer. */
  public int lead() {
    return maxStaleness - publishEvery + 1;
  }

  /** Whether step {@code k} trains under conditions from the teacher. */
  public boolean guided(long k) {
    return k >= boundary;
  }

  /** j(k), the version whose conditions step {@code k} trains under; k is of stage 2. */
  public long version(long k) {
    if (!guided(k)) {
      throw new IllegalArgumentException("step " + k + " is before the boundary " + boundary);
    }
    return Math.max(boundary, publishEvery * Math.floorDiv(k - lead(), (long) publishEvery));
  }

  /** Whether version {@code v}, the average after v steps, is used by any step. */
  public boolean publishes(long v) {
    return v >= boundary
        && v < steps
        && (v == boundary || v % publishEvery == 0)
        && v <= version(steps - 1);
  }

  /** Steps below this may start when {@code done} steps are done. */
  public long admitted(long done) {
    return Math.min(steps, done + lead() + 1);
  }

  /** Versions below this are of no more use when {@code done} steps are done. */
  public long oldestNeeded(long done) {
    return done >= steps ? Long.MAX_VALUE : guided(done) ? version(done) : boundary;
  }

  /**
   * The most versions that are of use at a time: those from {@link #oldestNeeded} to the newest.
   */
  public int versionsOfUse() {
    return 1 + (lead() + publishEvery - 1) / publishEvery;
  }

  /**
   * The first step from {@code k} on at which a checkpoint is whole: in stage 2 only where a
   * version begins, so that every condition of an older version has been admitted already.
   */
  public long checkpointAt(long k) {
    if (k <= boundary) {
      return k;
    }
    return Math.min(steps, publishEvery * Math.floorDiv(k + publishEvery - 1, (long) publishEvery));
  }

  /**
   * The first step whose conditions can be made from a checkpoint of step {@code k}; the conditions
   * of the steps from k to there come from older versions and are part of the checkpoint.
   */
  public long firstRemade(long k) {
    long m = Math.max(k, boundary);
    while (m < steps && version(m) < k) {
      m++;
    }
    return m;
  }
}
