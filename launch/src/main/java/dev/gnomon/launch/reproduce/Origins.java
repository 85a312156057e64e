package dev.gnomon.launch.reproduce;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where scores come from, as far as it matters to who compares them: runs that were computed in
 * another precision, as their machine lacks the wanted one, and runs whose scores are of two
 * networks, as the first was lost and another machine rounds differently.
 */
final class Origins {

  private final ExperimentPlan plan;
  private final ResultFolder results;

  Origins(ExperimentPlan plan, ResultFolder results) {
    this.plan = plan;
    this.results = results;
  }

  /** Adds a line for each thing that is to be known. */
  void into(PageWriter page) {
    Set<String> inFp32 = new TreeSet<>();
    Map<String, Set<String>> weights = new TreeMap<>();
    for (Job job : plan.jobs()) {
      Optional<JobResult> result = results.of(job);
      if (result.isEmpty()) {
        continue;
      }
      Map<String, String> origin = result.get().origin();
      if (job.task() instanceof Job.Train train) {
        if (!origin.getOrDefault(JobWork.PRECISION, wanted(train)).equals(wanted(train))) {
          inFp32.add(run(job));
        }
      }
      lookedAt(job)
          .ifPresent(
              run ->
                  weights
                      .computeIfAbsent(run, name -> new TreeSet<>())
                      .add(origin.getOrDefault(JobWork.WEIGHTS, "")));
    }
    weights.values().removeIf(digests -> digests.size() < 2);
    if (!inFp32.isEmpty()) {
      page.line(
          "Computed in fp32, as their CPU had no bf16 instructions: %s."
              .formatted(String.join(", ", inFp32)));
    }
    if (!weights.isEmpty()) {
      page.line(
          "Trained again after they were lost, with other rounding, so that their scores are of two networks: %s."
              .formatted(String.join(", ", weights.keySet())));
    }
  }

  private static String wanted(Job.Train train) {
    return train.config().getString("gnomon.precision");
  }

  /** The run whose last checkpoint a result is of. */
  private static Optional<String> lookedAt(Job job) {
    if (job.task() instanceof Job.Score score) {
      Job train = job.needs().get(0);
      boolean last = score.step() == ((Job.Train) train.task()).steps();
      return last ? Optional.of(run(train)) : Optional.empty();
    }
    return job.task() instanceof Job.Train ? Optional.of(run(job)) : Optional.empty();
  }

  private static String run(Job train) {
    return train.name().replace("/train", "");
  }
}
