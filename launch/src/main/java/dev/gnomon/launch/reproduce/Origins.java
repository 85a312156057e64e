package dev.gnomon.launch.reproduce;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.features.Pool;
import dev.gnomon.model.features.TrunkFeatures;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where scores come from, as far as it matters to who compares them: runs that were computed in
 * another precision, as their machine lacks the wanted one, runs whose scores are of two networks,
 * as the first was lost and another machine rounds differently, and runs of whose features another
 * token was compared with labels.
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
    Set<String> ofClassToken = new TreeSet<>();
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
      if (job.task() instanceof Job.Score score
          && score.agreement().isPresent()
          && !origin.containsKey(JobWork.POOL)
          && hasClassToken(job.needs().get(0))) {
        ofClassToken.add(run(job.needs().get(0)));
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
    if (!ofClassToken.isEmpty()) {
      page.line(
          "NMI and ARI of features are of the class token, not of the mean over patches, and not to be compared with the other modes': %s."
              .formatted(String.join(", ", ofClassToken)));
    }
    if (!weights.isEmpty()) {
      page.line(
          "Trained again after they were lost, with other rounding, so that their scores are of two networks: %s."
              .formatted(String.join(", ", weights.keySet())));
    }
  }

  private static boolean hasClassToken(Job train) {
    RunSettings settings = RunSettings.from(((Job.Train) train.task()).config());
    return TrunkFeatures.usual(settings.training()) == Pool.CLS;
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
