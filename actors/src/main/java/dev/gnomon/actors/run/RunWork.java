package dev.gnomon.actors.run;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.run.EvaluationPlan.Candidate;
import dev.gnomon.actors.settings.DeadlineSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.Failed;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.StepDone;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The work of a lineage, once its crew has begun: what trainer, assigner, checkpointer and scorer
 * say they have done, and what they are told to do next.
 */
final class RunWork {

  /** Those without whom nothing is scored. */
  private static final Set<Seat> SCORING = EnumSet.of(Seat.SCORER, Seat.EVALUATOR);

  private final VersionSchedule schedule;
  private final boolean bootstrap;
  private DeadlineSettings deadlines;
  private final Crew crew;
  private final Progress progress;
  private final RunFiles files;
  private final RunListener listener;
  private final Announcer announcer;
  private final Map<Long, Integer> ticksAwaited = new HashMap<>();
  private final Map<Long, Long> bytesCome = new HashMap<>(); // of checkpoints on their way
  private final Map<ActorRef<CheckpointWritten>, Long> leaving = new HashMap<>(); // after a step

  private Lineage lineage = new Lineage("", 0);
  private Map<String, Double> measures = Map.of();
  private int ticksUnscored; // with nobody to score the last checkpoint, and nothing else to do
  private long marked;
  private long admitted;

  RunWork(
      VersionSchedule schedule,
      boolean bootstrap,
      DeadlineSettings deadlines,
      Crew crew,
      Progress progress,
      RunFiles files,
      RunListener listener,
      Announcer announcer) {
    this.schedule = schedule;
    this.bootstrap = bootstrap;
    this.deadlines = deadlines;
    this.crew = crew;
    this.progress = progress;
    this.files = files;
    this.listener = listener;
    this.announcer = announcer;
  }

  /** A lineage is opened; nobody works on it yet. */
  void open(Lineage newer, Recovery recovery) {
    lineage = newer;
    long had = progress.newest().step();
    progress.begin(recovery);
    ticksAwaited.clear();
    bytesCome.clear();
    announcer.moved();
    marked = 0;
    admitted = 0;
    for (SkippedCheckpoint skipped : recovery.skipped()) {
      announcer.warn(
          SupervisionLog.event("checkpoint-skipped")
              .with("checkpoint", skipped.directory())
              .with("reason", skipped.reason()));
    }
    if (had > recovery.start().step()) {
      announcer.warn(
          SupervisionLog.event("checkpoints-lost")
              .with("had", had)
              .with("found", recovery.start().step()));
    }
    announcer.info(
        SupervisionLog.event("lineage")
            .with("number", newer.number())
            .with("step", recovery.start().step())
            .with("of", schedule.steps())
            .with("checkpoint", recovery.start().checkpoint()));
    progress.offerIfDue();
  }

  /** Everyone may work on it now. */
  void begin() {
    if (progress.done() == schedule.boundary()) {
      tellStageTwo();
    }
    tellBegin();
    tellCheckpointer();
    tellScorer();
  }

  /** Tells those who have not said so to work on the lineage. */
  void tellBegin() {
    crew.begin(lineage, progress.start(), progress.rejoin());
  }

  /** An actor works on the lineage, for the first time or again. */
  void begun(Begun message) {
    crew.named(message.actor())
        .ifPresent(
            member -> {
              boolean first = !member.begun();
              crew.begun(member, message.step());
              begun(member.seat(), first);
            });
  }

  private void begun(Seat seat, boolean first) {
    if (first && seat == Seat.CHECKPOINTER) {
      tellCheckpointer();
      tellCuts();
    }
    if (first && seat == Seat.SCORER) {
      tellScorer();
    }
    admit();
  }

  /** From now on those are the deadlines. */
  void deadlines(DeadlineSettings changed) {
    deadlines = changed;
  }

  /** Steps below this were told to start. */
  long admitted() {
    return admitted;
  }

  /** Newest value of each measure. */
  Map<String, Double> measures() {
    return measures;
  }

  void stepDone(StepDone message) {
    crew.stepped(message.role(), message.step() + 1);
    stepsDone(progress.stepDone(message));
  }

  /** Someone stands still before a step whose loss is not finite. */
  void lossNotFinite(LossNotFinite message) {
    stepsDone(progress.lossNotFinite(message));
  }

  private void stepsDone(List<StepReport> reports) {
    for (StepReport report : reports) {
      measures = report.measures().isEmpty() ? measures : report.measures();
      keep("the measures of step " + report.step(), () -> files.step(report));
      listener.onStep(report);
      if (report.step() == schedule.boundary()) {
        tellStageTwo();
      }
    }
    admit();
  }

  /** Tells trainer and teachers which steps may start, and before that where to cut. */
  void admit() {
    if (!crew.begun(Seat.TRAINER) || (bootstrap && !crew.begun(Seat.ASSIGNER))) {
      return;
    }
    long before = admitted;
    admitted = progress.admitted();
    long cut = progress.nextCut();
    if (cut <= schedule.steps() && (cut != marked || (before < cut && admitted >= cut))) {
      marked = cut;
      crew.tell(Seat.TRAINER, new CheckpointAt(lineage, cut));
    }
    crew.tell(Seat.TRAINER, new Admit(lineage, admitted));
    crew.tell(Seat.TEACHER, new Admit(lineage, admitted));
  }

  void written(CheckpointWritten message) {
    ticksAwaited.remove(message.step());
    if (progress.written(message.step(), message.directory(), message.digest())) {
      announcer.info(
          SupervisionLog.event("checkpoint")
              .with("step", message.step())
              .with("directory", message.directory())
              .with("bytes", message.bytes())
              .with("took", Duration.ofMillis(Math.round(message.seconds() * 1000)))
              .with("digest", message.digest()));
      crew.tell(Seat.TRAINER, message);
      crew.tell(Seat.ASSIGNER, message);
      progress.offerIfDue().ifPresent(this::tellSkipped);
      tellScorer();
    }
    tellLeaving(message);
    admit();
  }

  /** As long as more of a checkpoint comes it is not given up, nor are those behind it. */
  void coming(CheckpointComing message) {
    Long before = bytesCome.put(message.step(), message.bytes());
    if (before == null || message.bytes() > before) {
      ticksAwaited.keySet().removeIf(step -> step >= message.step());
    }
  }

  /** A checkpoint could not be written; gives whether it is news. */
  boolean notWritten(CheckpointFailed message) {
    ticksAwaited.remove(message.step());
    boolean news = progress.notWritten(message.step());
    if (news) {
      announcer.warn(
          SupervisionLog.event("checkpoint-failed")
              .with("step", message.step())
              .with("cause", message.cause()));
      CheckpointAbandoned abandoned = new CheckpointAbandoned(lineage, message.step());
      crew.tell(Seat.TRAINER, abandoned);
      crew.tell(Seat.ASSIGNER, abandoned);
      if (message.step() != progress.last()) { // that one is cut again
        crew.tell(Seat.CHECKPOINTER, abandoned);
      }
      admit();
    }
    return news;
  }

  void scored(Scored message) {
    long step = message.step();
    if (progress.scored(step, message.scores())) {
      keep("the scores", () -> files.scored(step, lineage.number(), message.scores()));
      var event = SupervisionLog.event("scored").with("step", step);
      message.scores().forEach((name, score) -> event.with(name.replace(' ', '-'), score));
      announcer.info(event);
      listener.onScored(step, message.scores());
      tellScore(step, message.scores());
      tellScorer();
    }
  }

  void failed(Failed message) {
    announcer.warn(
        SupervisionLog.event("failed")
            .with("actor", message.actor())
            .with("step", message.step())
            .with("cause", message.cause()));
    if (message.role() == Role.EVALUATOR && progress.notScored(message.step())) {
      tellScorer();
    }
  }

  /** Scores the newest checkpoint, if it has none. */
  void score() {
    progress.offer().ifPresent(this::tellSkipped);
    tellScorer();
  }

  /**
   * A node with training state is to end. It hears of the next checkpoint, or at once where none
   * can be cut.
   */
  void leaves(ActorRef<CheckpointWritten> node, boolean working) {
    long step = working ? progress.order() : 0;
    if (step > progress.newest().step()) {
      announcer.info(SupervisionLog.event("checkpoint-ordered").with("step", step));
      leaving.put(node, step);
      admit();
    } else {
      Candidate newest = progress.newest();
      node.tell(new CheckpointWritten(lineage, newest.step(), newest.directory(), "", 0, 0));
    }
  }

  private void tellLeaving(CheckpointWritten message) {
    leaving
        .entrySet()
        .removeIf(
            node -> {
              boolean served = node.getValue() <= message.step();
              if (served) {
                node.getKey().tell(message);
              }
              return served;
            });
  }

  /** The deadline for an answer passes: says again what was not answered. */
  void tick() {
    tellBegin();
    for (long step : progress.awaited()) {
      int ticks = ticksAwaited.merge(step, 1, Integer::sum);
      if (deadlines.answer().multipliedBy(ticks).compareTo(deadlines.stop()) > 0) {
        notWritten(new CheckpointFailed(lineage, step, "nobody answered in time"));
      }
    }
    tellCuts();
    marked = 0;
    admit();
    tellScorer();
    Set<Seat> needed = EnumSet.noneOf(Seat.class);
    needed.addAll(crew.missing());
    if (progress.inScoring().isPresent()) {
      needed.addAll(SCORING);
    }
    announcer.waitingFor(crew.unfilled(needed), progress.done());
    endScoringIfNobodyComes();
  }

  /** Nobody waits for a score for ever: a checkpoint can have its own later. */
  private void endScoringIfNobodyComes() {
    boolean allElseDone = progress.newest().step() >= progress.last();
    Map<String, String> lacking = crew.unfilled(SCORING);
    if (!allElseDone || progress.inScoring().isEmpty() || lacking.isEmpty()) {
      ticksUnscored = 0;
    } else if (deadlines.answer().multipliedBy(++ticksUnscored).compareTo(deadlines.evaluator())
        > 0) {
      announcer.warn(
          SupervisionLog.event("not-scored")
              .with("step", progress.last())
              .with("checkpoint", progress.newest().directory())
              .with("lacking", lacking)
              .with("remedy", "launch/gnomon evaluate --run DIR scores it at any time"));
      progress.endScoring();
    }
  }

  private void tellStageTwo() {
    if (bootstrap && schedule.boundary() < schedule.steps()) {
      announcer.info(SupervisionLog.event("stage-two").with("step", schedule.boundary()));
    }
  }

  private void tellCuts() {
    progress.awaited().forEach(k -> crew.tell(Seat.TRAINER, new CheckpointAt(lineage, k)));
  }

  /** What pruning needs, the scores first: a checkpoint may be let go because it is scored. */
  private void tellCheckpointer() {
    progress.scores().forEach(this::tellScore);
    tellInUse();
  }

  private void tellScore(long step, Map<String, Double> scores) {
    if (scores.containsKey("fd")) {
      crew.tell(Seat.CHECKPOINTER, new ScoreKnown(lineage, step, scores.get("fd")));
    }
  }

  private void tellScorer() {
    tellInUse();
    progress
        .inScoring()
        .ifPresent(c -> crew.tell(Seat.SCORER, new Evaluate(lineage, c.step(), c.directory())));
  }

  private void tellInUse() {
    crew.tell(Seat.CHECKPOINTER, new CheckpointsInUse(lineage, progress.inUse()));
  }

  private void tellSkipped(Candidate skipped) {
    announcer.info(
        SupervisionLog.event("evaluation-skipped")
            .with("step", skipped.step())
            .with("reason", "a newer checkpoint is there"));
  }

  /** Something to keep in a file. */
  private interface Keeping {
    void keep() throws IOException;
  }

  /** A full disk loses a line of metrics, and no step. */
  private void keep(String what, Keeping keeping) {
    try {
      keeping.keep();
    } catch (IOException e) {
      announcer.warn(SupervisionLog.event("not-kept").with("what", what).with("cause", e));
    }
  }
}
