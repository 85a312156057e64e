package dev.gnomon.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The stage 1 that runs of one schedule share with those of another: no step before the boundary
 * has conditions from the teacher, so neither {@code max-staleness} nor {@code publish-every}
 * touches the weights there, and a run may begin with the checkpoints of another up to the
 * boundary.
 */
final class SharedBeginning {

  private static final List<String> SCHEDULE =
      List.of("gnomon.max-staleness", "gnomon.publish-every");

  /** Other classes in actors' places may train otherwise from the first step on. */
  private static final List<String> OWN_CLASSES = List.of("gnomon.actors", "gnomon.plugins");

  private SharedBeginning() {}

  /**
   * All checkpoints that {@code own} would have made itself up to the boundary, by step, of a run
   * beside it that differs in its schedule at most; none where no such run has them all.
   *
   * @param runs folder of runs
   * @param settings of {@code own}
   */
  static List<Checkpoint> in(Path runs, RunSettings settings, RunDirectory own) throws IOException {
    long boundary = settings.training().schedule().boundary();
    if (boundary == 0) {
      return List.of();
    }
    long every = settings.checkpoint().every();
    List<Long> steps =
        LongStream.concat(
                LongStream.rangeClosed(1, (boundary - 1) / every).map(number -> number * every),
                LongStream.of(boundary))
            .boxed()
            .toList();
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> !folder.equals(own.path()))
          .sorted()
          .map(RunDirectory::new)
          .filter(run -> isSame(run, settings.resolved()))
          .map(run -> at(steps, run))
          .filter(found -> found.size() == steps.size())
          .findFirst()
          .orElse(List.of());
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
      for (String key : OWN_CLASSES) {
        if (!before.getValue(key).unwrapped().equals(resolved.getValue(key).unwrapped())) {
          return false;
        }
      }
      return true;
    } catch (InvalidConfiguration | ConfigException another) {
      return false;
    }
  }

  /** Those of the steps that are whole. */
  private static List<Checkpoint> at(List<Long> steps, RunDirectory run) {
    List<Checkpoint> found = new ArrayList<>();
    try {
      for (long step : steps) {
        run.checkpoint(step).ifPresent(found::add);
      }
    } catch (IOException unreadable) {
      return List.of();
    }
    return found;
  }
}
