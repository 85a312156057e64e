package dev.gnomon.tests.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How one kind of reference file is compared with what this build computes. */
@FunctionalInterface
interface Comparison {

  /** A row for each quantity of the file. */
  List<Row> rows(Path file) throws IOException;
}
