package dev.gnomon.tests.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which faults are tried, by system properties: {@code faults.times} random times a role, from
 * {@code faults.seed}; {@code faults.only}, those whose name has that text; {@code faults.shard},
 * such as 2/3, every third; and those that are in the file {@code faults.results} are done already.
 *
 * @param shard which of {@code shards}, from 1
 */
record FaultPlan(int times, long seed, String only, int shard, int shards, Path results) {

  static FaultPlan ofProperties() {
    String[] shard = System.getProperty("faults.shard", "1/1").split("/");
    return new FaultPlan(
        Integer.getInteger("faults.times", 5),
        Long.getLong("faults.seed", 1),
        System.getProperty("faults.only", ""),
        Integer.parseInt(shard[0]),
        Integer.parseInt(shard[1]),
        Path.of(System.getProperty("faults.results", "target/faults/results.tsv")));
  }

  /** Those of {@code all} that are to be tried. */
  List<Fault> select(List<Fault> all, FaultTable table) {
    List<Fault> chosen = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Fault fault = all.get(i);
      if (i % shards == shard - 1 && fault.name().contains(only) && !table.has(fault)) {
        chosen.add(fault);
      }
    }
    return chosen;
  }
}
