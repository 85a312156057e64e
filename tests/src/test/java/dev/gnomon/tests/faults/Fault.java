package dev.gnomon.tests.faults;

import java.util.List;

/**
 * Something that is done to a run.
 *
 * @param what a row of the table
 * @param seed of what is random in it
 */
record Fault(String what, long seed, Body body) {

  /**
   * What came of it.
   *
   * @param detected seconds until the log said so; NaN where nothing was to be seen
   * @param back seconds until training was whole again; NaN where it never was not
   * @param lost steps that were trained again
   */
  record Measured(double detected, double back, long lost) {}

  /** Does it, as often as it likes, and fails where a promise is broken. */
  interface Body {
    List<Measured> happen() throws Exception;
  }

  /** By which it is known from one session of tests to the next. */
  String name() {
    return what + ", seed " + seed;
  }
}
