package dev.gnomon.tests.bench;

import java.util.List;

/** Something that is measured against something else in the same run. */
interface Bench {

  /** What is measured, in a line. */
  String what();

  /**
   * Measures.
   *
   * @param repeats how often each side is measured; figures are of the medians
   */
  List<Figure> measure(int repeats) throws Exception;
}
