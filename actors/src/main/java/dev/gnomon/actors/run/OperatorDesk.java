package dev.gnomon.actors.run;

import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.LiveKeys;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.CheckpointNow;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.Pause;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;

/** Carries out what operators wish while a run goes on, and says what becomes of it. */
final class OperatorDesk {

  private final StandingOrders orders;
  private final Progress progress;
  private final RunWork work;
  private final Restarts restarts;
  private final RunFiles files;
  private final Announcer announcer;

  OperatorDesk(
      StandingOrders orders,
      Progress progress,
      RunWork work,
      Restarts restarts,
      RunFiles files,
      Announcer announcer) {
    this.orders = orders;
    this.progress = progress;
    this.work = work;
    this.restarts = restarts;
    this.files = files;
    this.announcer = announcer;
    if (orders.paused()) {
      progress.pause();
    }
  }

  /** A wish that is granted. */
  static OperatorAnswer granted(String words, Object... values) {
    return new OperatorAnswer(true, words.formatted(values));
  }

  /** A wish that is not. */
  static OperatorAnswer refused(String words, Object... values) {
    return new OperatorAnswer(false, words.formatted(values));
  }

  /**
   * Carries out any wish but a stop.
   *
   * @param working whether a lineage is in work
   */
  OperatorAnswer carryOut(OperatorWish wish, boolean working) {
    if (wish instanceof Pause) {
      return pause();
    } else if (wish instanceof Continue) {
      return resume();
    } else if (wish instanceof Change change) {
      return change(change);
    } else if (!working) {
      return refused("nobody is at work yet: the run waits, or goes back to a checkpoint");
    }
    return wish instanceof CheckpointNow ? checkpoint() : evaluate();
  }

  private OperatorAnswer pause() {
    if (progress.stopping()) {
      return refused("the run is stopping already, after a checkpoint at step %d", progress.last());
    }
    if (!progress.paused()) {
      progress.pause();
      orders.paused(true);
      announcer.info(SupervisionLog.event("paused").with("step", progress.done()));
    }
    return granted("paused: no step from %d on starts", progress.admitted());
  }

  private OperatorAnswer resume() {
    if (!progress.paused()) {
      return granted("it was not paused");
    }
    progress.resume();
    orders.paused(false);
    announcer.info(SupervisionLog.event("continued").with("step", progress.done()));
    work.admit();
    return granted("continued at step %d", progress.done());
  }

  private OperatorAnswer checkpoint() {
    long step = progress.order();
    if (step <= progress.newest().step()) {
      return granted("the checkpoint of step %d is there already", progress.newest().step());
    }
    announcer.info(SupervisionLog.event("checkpoint-ordered").with("step", step));
    work.admit();
    return granted("a checkpoint is cut at step %d", step);
  }

  private OperatorAnswer evaluate() {
    long step = progress.newest().step();
    if (progress.newest().directory().isEmpty()) {
      return refused("there is no checkpoint yet");
    }
    if (progress.scores().containsKey(step)) {
      return refused("the newest checkpoint, of step %d, is scored already", step);
    }
    if (!progress.scoring()) {
      return refused("nothing is scored any more; supervision.log says why");
    }
    work.score();
    long now = progress.inScoring().orElseThrow().step();
    announcer.info(SupervisionLog.event("evaluation-ordered").with("step", step));
    return now == step
        ? granted("the checkpoint of step %d is being scored", step)
        : granted("the checkpoint of step %d is scored after that of step %d", step, now);
  }

  private OperatorAnswer change(Change change) {
    RunSettings before = orders.settings();
    RunSettings after;
    try {
      after = LiveKeys.changed(before, change.sets());
    } catch (InvalidConfiguration refused) {
      return refused(
          "%s",
          refused.faults().stream().map(ConfigFault::toString).collect(Collectors.joining("\n")));
    }
    orders.settings(after);
    progress.every(after.checkpoint().every(), after.evaluation().every());
    restarts.allow(after.restart());
    progress.allowSkipped(after.restart().skippedBatches());
    work.deadlines(after.deadlines());
    announcer.between(after.deadlines().waiting());
    Map<String, String> changed = LiveKeys.differences(before, after);
    changed.forEach(
        (key, values) ->
            announcer.info(
                SupervisionLog.event("set")
                    .with("key", key)
                    .with("value", values)
                    .with("step", progress.done())));
    try {
      files.keep(after.resolved());
    } catch (IOException e) {
      announcer.warn(
          SupervisionLog.event("not-kept")
              .with("what", "the changed configuration")
              .with("cause", e));
      return granted("%s; but it could not be kept for a next start: %s", words(changed), e);
    }
    return granted("%s", words(changed));
  }

  private static String words(Map<String, String> changed) {
    return changed.isEmpty()
        ? "nothing changed: it was so already"
        : changed.entrySet().stream()
            .map(c -> c.getKey() + " = " + c.getValue())
            .collect(Collectors.joining(", "));
  }
}
