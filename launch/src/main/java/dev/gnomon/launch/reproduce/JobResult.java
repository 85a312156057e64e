package dev.gnomon.launch.reproduce;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came out of a job: a small file that can be committed.
 *
 * @param job its name
 * @param digest of all that it depends on, see {@link Job#digest()}
 * @param commit of the program that did it
 * @param origin what it came from, see {@link JobWork.Outcome}; empty in files of before it was
 *     kept
 * @param settings that it depends on, to be read by people
 * @param scores by name
 */
public record JobResult(
    String job,
    String digest,
    String commit,
    long seed,
    Map<String, String> origin,
    Map<String, String> settings,
    Map<String, Double> scores) {

  public JobResult {
    origin = new TreeMap<>(origin);
    settings = new LinkedHashMap<>(settings);
    scores = new LinkedHashMap<>(scores);
  }

  /** The result of {@code job}. */
  static JobResult of(Job job, String commit, JobWork.Outcome outcome) {
    return new JobResult(
        job.name(),
        job.digest(),
        commit,
        job.seed(),
        outcome.origin(),
        new TreeMap<>(job.settings()),
        outcome.scores());
  }

  /** A score; not a number where there is none of this name. */
  public double score(String name) {
    return scores.getOrDefault(name, Double.NaN);
  }
}
