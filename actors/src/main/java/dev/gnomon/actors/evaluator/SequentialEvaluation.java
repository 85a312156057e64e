package dev.gnomon.actors.evaluator;

import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SampleFeatures;
import java.nio.file.Path;

/**
 * Scores a checkpoint without actors, block after block. A score does not depend on who computes
 * it, so this gives the same bits as evaluators and scorer do.
 */
public final class SequentialEvaluation {

  private SequentialEvaluation() {}

  /**
   * The scores of a checkpoint.
   *
   * @param settings say how it is scored, where, and on which images
   * @param pictures folder for the pictures that are written on the way
   */
  public static ScorerWork.Scores of(RunSettings settings, Checkpoint checkpoint, Path pictures)
      throws Exception {
    RoleSettings role = settings.role(Role.EVALUATOR);
    CheckpointWeights weights = CheckpointWeights.of(checkpoint);
    Lineage lineage = new Lineage(checkpoint.manifest().run(), checkpoint.manifest().lineage());
    try (EvaluatorWork networks = DeviceEvaluator.open(role, settings);
        ScorerWork scores = CheckpointScores.open(settings, role, pictures);
        ImageSource images = SetOfImages.open(settings)) {
      scores.begin(checkpoint.step());
      for (long block = 0; block < blocks(settings.evaluation().reference()); block++) {
        ImageBatch real = images.reference(block);
        if (real.count() > 0) {
          EvaluatorWork.Seen seen = networks.reference(weights, real);
          scores.reference(
              new ReferenceFeatures(
                  lineage,
                  checkpoint.step(),
                  block,
                  seen.features(),
                  real.pixels(),
                  seen.codes(),
                  real.labels(),
                  seen.closeness(),
                  seen.teacherFeatures()));
        }
      }
      for (long block = 0; block < blocks(settings.evaluation().samples()); block++) {
        EvaluatorWork.Samples made = networks.samples(weights, block);
        scores.samples(
            new SampleFeatures(
                lineage,
                checkpoint.step(),
                block,
                made.features(),
                made.pixels(),
                made.codes(),
                made.networkEvaluations()));
      }
      return scores.finish();
    }
  }

  private static long blocks(int images) {
    return (images + ImageSampler.BLOCK - 1) / ImageSampler.BLOCK;
  }
}
