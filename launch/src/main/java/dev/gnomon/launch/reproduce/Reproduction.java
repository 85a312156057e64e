package dev.gnomon.launch.reproduce;

import dev.gnomon.model.engine.DeviceLoss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;

/**
 * Does the jobs of a plan whose results are not there yet, one after another. What a job needs is
 * made first, also again where its result is there and its run is not. A job that fails costs those
 * that need it; the others go on.
 */
public final class Reproduction {

  private final ResultFolder results;
  private final JobWork work;
  private final ReproductionLines lines;
  private final String commit;
  private final BooleanSupplier told;
  private final Map<String, String> failed = new LinkedHashMap<>(); // cause by job
  private final Set<String> left = new HashSet<>(); // digests of jobs whose runs were seen

  /**
   * @param commit of this program
   * @param told whether it was told to stop; looked at before each job
   */
  public Reproduction(
      ResultFolder results,
      JobWork work,
      ReproductionLines lines,
      String commit,
      BooleanSupplier told) {
    this.told = told;
    this.results = results;
    this.work = work;
    this.lines = lines;
    this.commit = commit;
  }

  /**
   * Does what is to be done.
   *
   * @param wanted jobs, each after those it needs
   * @return why jobs failed, by their names
   * @throws StoppedException where it was told to stop
   */
  public Map<String, String> run(List<Job> wanted) throws StoppedException, IOException {
    List<Job> open = new ArrayList<>();
    for (Job job : wanted) {
      if (results.of(job).isEmpty()) {
        open.add(job);
      }
    }
    if (!open.isEmpty()) {
      results.requireWritable();
    }
    lines.begin(wanted.size(), open);
    for (Job job : open) {
      if (told.getAsBoolean()) {
        throw new StoppedException("stopped before " + job.name());
      }
      if (results.of(job).isEmpty() && !failed.containsKey(job.name())) {
        make(job);
      }
    }
    return Map.copyOf(failed);
  }

  /** Does a job and, before it, what it needs; false where that failed. */
  private boolean make(Job job) throws StoppedException, IOException {
    for (Job need : job.needs()) {
      if (!isLeft(need) && !(make(need) && isLeft(need))) {
        fail(job, "it needs %s, which failed".formatted(need.name()));
        return false;
      }
    }
    if (failed.containsKey(job.name())) {
      return false;
    }
    lines.job(job);
    JobWork.Outcome outcome;
    try {
      outcome = work.perform(job, lines);
    } catch (StoppedException stopped) {
      throw stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException("interrupted in " + job.name());
    } catch (Exception e) {
      if (told.getAsBoolean()) { // nothing can be started in a process that ends
        throw new StoppedException(job.name() + " stopped as it began");
      }
      if (DeviceLoss.isIn(e.getMessage())) {
        throw new IOException(e.getMessage(), e);
      }
      LoggerFactory.getLogger(Reproduction.class).info("{} failed", job.name(), e);
      fail(job, e.getMessage() == null ? e.toString() : e.getMessage());
      return false;
    }
    if (results.of(job).isEmpty()) {
      keep(job, JobResult.of(job, commit, outcome));
    }
    lines.done(job, outcome.scores());
    return true;
  }

  /** Where one result can not be kept, neither can those to come: it ends there. */
  private void keep(Job job, JobResult result) throws IOException {
    try {
      results.keep(job, result);
    } catch (IOException e) {
      throw new IOException(
          "what came out of %s can not be kept: %s; make room there, and the same command goes on"
              .formatted(job.name(), e.getMessage()),
          e);
    }
  }

  private boolean isLeft(Job need) {
    if (left.contains(need.digest())) {
      return true;
    }
    boolean there = work.hasLeft(need);
    if (there) {
      left.add(need.digest());
    }
    return there;
  }

  private void fail(Job job, String cause) {
    if (failed.put(job.name(), cause) == null) {
      lines.failed(job, cause);
    }
  }
}
