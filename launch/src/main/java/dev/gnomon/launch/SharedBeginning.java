package dev.gnomon.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The stage 1 that runs of one schedule share with those of another: no step before the boundary
 * has conditions from the teacher, so neither {@code max-staleness} nor {@code publish-every}
 * touches the weights there, and a run may begin at the boundary's checkpoint of another.
 */
final class SharedBeginning {

  private static final List<String> SCHEDULE =
      List.of("gnomon.max-staleness", "gnomon.publish-every");

  private SharedBeginning() {}

  /**
   * The checkpoint of the boundary of a run beside {@code own} that differs in its schedule at
   * most.
   *
   * @param runs folder of runs
   * @param settings of {@code own}
   */
  static Optional<Checkpoint> in(Path runs, RunSettings settings, RunDirectory own)
      throws IOException {
    long boundary = settings.training().schedule().boundary();
    if (boundary == 0) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> !folder.equals(own.path()))
          .sorted()
          .map(RunDirectory::new)
          .filter(run -> isSame(run, settings.resolved()))
          .flatMap(run -> at(boundary, run).stream())
          .findFirst();
    }
  }

  /** Whether a run has the same settings but for its schedule. */
  private static boolean isSame(RunDirectory run, Config resolved) {
    if (!run.hasConfiguration()) {
      return false;
    }
    try {
      Config before = run.startedWith();
      for (String key : SCHEDULE) {
        before = before.withValue(key, resolved.getValue(key));
      }
      Continuation.check(before, resolved, run.path());
      return true;
    } catch (InvalidConfiguration | ConfigException another) {
      return false;
    }
  }

  private static Optional<Checkpoint> at(long step, RunDirectory run) {
    try {
      return run.checkpoint(step);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
