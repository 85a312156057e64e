package dev.gnomon.launch;

import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.training.InitialWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether a run can start from the weights that it is to start from. */
final class StartingWeights {

  private StartingWeights() {}

  /**
   * Reads them, before an actor tries in vain.
   *
   * @throws InvalidConfiguration where they are cut short, or of another network
   */
  static void check(RunSettings settings) {
    settings.init().ifPresent(file -> check(file, settings));
  }

  private static void check(Path file, RunSettings settings) {
    if (!Files.isRegularFile(file)) {
      throw fault(settings, "is \"%s\", where no file is".formatted(file));
    }
    try {
      InitialWeights.check(file, settings.training());
    } catch (RuntimeException e) {
      throw fault(settings, "can not be started from: " + e.getMessage());
    }
  }

  private static InvalidConfiguration fault(RunSettings settings, String problem) {
    return new InvalidConfiguration(
        List.of(ConfigFault.of(settings.resolved(), "gnomon.init", problem)));
  }
}
