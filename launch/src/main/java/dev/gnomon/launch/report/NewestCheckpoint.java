package dev.gnomon.launch.report;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrunkState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the newest checkpoint that verifies says of itself.
 *
 * @param digest over all weights
 * @param codes how often each code was used, where the run has codes
 */
record NewestCheckpoint(long step, String digest, Optional<CodeUse> codes) {

  private static final String ASSIGNER = "assigner";
  private static final String TRUNK = "trunk";

  static Optional<NewestCheckpoint> of(Path runDirectory) throws IOException {
    if (!Files.isDirectory(runDirectory.resolve("checkpoints"))) {
      return Optional.empty();
    }
    return new CheckpointStore(runDirectory).newest().checkpoint().map(NewestCheckpoint::of);
  }

  private static NewestCheckpoint of(Checkpoint checkpoint) {
    return new NewestCheckpoint(
        checkpoint.step(),
        checkpoint.manifest().digest(),
        checkpoint.has(ASSIGNER) ? Optional.of(codes(checkpoint)) : given(checkpoint));
  }

  /** The codes, or labels, that images came with; none where a run has no conditions. */
  private static Optional<CodeUse> given(Checkpoint checkpoint) {
    WeightSet trunk = checkpoint.weights(TRUNK);
    return trunk.has(TrunkState.CODES)
        ? Optional.of(new CodeUse(trunk.get(TrunkState.CODES).doubles(), "that was trained under"))
        : Optional.empty();
  }

  /** The histogram of codes and labels, [prototypes, columns], summed over the labels. */
  private static CodeUse codes(Checkpoint checkpoint) {
    double[] table = checkpoint.weights(ASSIGNER).get("histogram").doubles();
    double[] counts =
        new double
            [Integer.parseInt(checkpoint.manifest().settings().get("gnomon.condition.prototypes"))];
    int columns = table.length / counts.length;
    for (int i = 0; i < table.length; i++) {
      counts[i / columns] += table[i];
    }
    return new CodeUse(counts, "over recent batches");
  }
}
