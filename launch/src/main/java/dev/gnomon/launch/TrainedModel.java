package dev.gnomon.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A checkpoint with the settings it was trained under, both from its manifest: it is all that is
 * needed to sample and to evaluate.
 */
record TrainedModel(Checkpoint checkpoint, RunSettings settings) {

  /** As {@link #newest(Path, PrintWriter)}, with its images at another place. */
  static TrainedModel newest(Path run, PrintWriter out, Optional<Path> data) throws IOException {
    TrainedModel model = newest(run, out);
    if (data.isEmpty()) {
      return model;
    }
    String place = data.get().toAbsolutePath().normalize().toString();
    Config moved =
        model
            .settings()
            .resolved()
            .withValue("gnomon.data.path", ConfigValueFactory.fromAnyRef(place));
    return new TrainedModel(model.checkpoint(), RunSettings.from(moved));
  }

  /**
   * The newest checkpoint of a run that is whole; says on {@code out} which were passed over.
   *
   * @throws UsageException where there is none
   */
  static TrainedModel newest(Path run, PrintWriter out) throws IOException {
    if (!Files.isDirectory(run)) {
      throw new UsageException("--run %s: there is no such folder".formatted(run));
    }
    CheckpointStore.Found found = new CheckpointStore(run).newest();
    found
        .rejected()
        .forEach(passed -> out.printf("passed over %s: %s%n", passed.directory(), passed.reason()));
    Checkpoint checkpoint =
        found
            .checkpoint()
            .orElseThrow(
                () ->
                    new UsageException(
                        "%s has no checkpoint yet; launch/gnomon train --run %s makes one"
                            .formatted(run, run)));
    return of(checkpoint);
  }

  /**
   * A given checkpoint.
   *
   * @throws UsageException where it is not whole
   */
  static TrainedModel at(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    try {
      return of(RunDirectory.checkpointIn(whole));
    } catch (CheckpointException e) {
      throw new UsageException(
          "--checkpoint %s: expected the folder of a checkpoint: %s"
              .formatted(folder, e.getMessage()));
    }
  }

  private static TrainedModel of(Checkpoint checkpoint) {
    Config config = ConfigFactory.parseMap(checkpoint.manifest().settings());
    return new TrainedModel(checkpoint, RunSettings.from(Configuration.completed(config)));
  }

  /** A sampler of its weights on the device of the evaluator. */
  ImageSampler sampler(ComputeDevice device) {
    Optional<WeightSet> assigner =
        checkpoint.has("assigner") ? Optional.of(checkpoint.weights("assigner")) : Optional.empty();
    return new ImageSampler(device, settings.training(), checkpoint.weights("trunk"), assigner);
  }

  ComputeDevice device() {
    return ComputeDevice.open(
        settings.role(Role.EVALUATOR).device(), settings.role(Role.EVALUATOR).threads());
  }
}
