package dev.gnomon.actors.run;

import dev.gnomon.actors.run.EvaluationPlan.Candidate;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a run is and what is due next: which steps may start, which checkpoint is cut, which one
 * is scored, and when all is done. Operators' wishes, to pause, to stop, for a checkpoint, are
 * bounds on the same steps.
 */
final class Progress {

  private static final long NEVER = Long.MAX_VALUE;

  private final VersionSchedule schedule;
  private final boolean bootstrap;
  private final Admission admission;
  private final CheckpointPlan checkpoints;
  private final EvaluationPlan evaluations;
  private final Ledger ledger = new Ledger();
  private final SkippedBatches skipped;
  private final Map<Long, Map<String, Double>> scores = new TreeMap<>();

  private Start start = Start.fromScratch();
  private Candidate newest = new Candidate(0, "");
  private String digest = "";
  private long pausedAt = NEVER;
  private long stopAt = NEVER;
  private boolean scoring = true;

  /**
   * @param bootstrap whether conditions come from teacher and assigner
   * @param checkpointEvery steps between checkpoints
   * @param evaluateEvery steps between evaluations; 0 = none
   */
  Progress(
      VersionSchedule schedule,
      boolean bootstrap,
      long checkpointEvery,
      long evaluateEvery,
      SkippedBatches skipped) {
    this.schedule = schedule;
    this.bootstrap = bootstrap;
    this.admission = new Admission(schedule, bootstrap);
    this.checkpoints = new CheckpointPlan(schedule, checkpointEvery);
    this.evaluations = new EvaluationPlan(schedule, evaluateEvery);
    this.skipped = skipped;
  }

  /** A lineage begins. */
  void begin(Recovery recovery) {
    start = skipped.begin(recovery.start());
    newest = new Candidate(start.step(), start.checkpoint());
    digest = recovery.digest();
    scores.clear();
    scores.putAll(recovery.scores());
    ledger.begin(recovery.lineage(), start);
    admission.limit(pausedAt);
    admission.begin(start.step());
    checkpoints.begin(start.step());
    evaluations.begin(start.step());
  }

  /** Where the lineage started. */
  Start start() {
    return start;
  }

  // Steps.

  /** Trainer or assigner has done steps; gives those that everyone has done now. */
  List<StepReport> stepDone(StepDone message) {
    long steps = message.step() + 1;
    if (message.role() == Role.TRAINER) {
      admission.trained(steps);
      checkpoints.trained(steps);
    } else {
      admission.clustered(steps);
    }
    ledger.measured(message.step(), message.measures());
    return ledger.done(admission.done(), schedule.steps());
  }

  /** The loss of a step was not finite; whoever says so has done all steps before it. */
  List<StepReport> lossNotFinite(LossNotFinite message) {
    skipped.reported(message);
    return stepDone(new StepDone(message.lineage(), message.role(), message.step() - 1, Map.of()));
  }

  /** A loss that was not finite, once everyone has done all steps before it. */
  Optional<SkippedBatches.Found> notFinite() {
    return skipped.find(ledger.done());
  }

  /** From now on so many batches may be skipped. */
  void allowSkipped(int batches) {
    skipped.allow(batches);
  }

  /** Steps done by everyone. */
  long done() {
    return ledger.done();
  }

  List<Segment> segments() {
    return ledger.segments();
  }

  /** Steps that a return to the newest checkpoint throws away. */
  long lost() {
    return ledger.lost(newest.step());
  }

  /** Steps below this may start. */
  long admitted() {
    admission.limit(Math.min(checkpoints.limit(), Math.min(pausedAt, neededFor(stopAt))));
    return admission.below();
  }

  /**
   * The step from which a teacher that joins while the lineage runs takes part: it makes the
   * conditions of the next step and of all after it.
   */
  Start rejoin() {
    long done = ledger.done();
    long from = done < schedule.steps() && schedule.guided(done) ? schedule.version(done) : done;
    return new Start(
        Math.max(start.step(), from), start.checkpoint(), start.ledger(), start.skipped());
  }

  /** The weights that whoever takes the seat goes on from. */
  long keptBy(Seat seat) {
    return seat.stateful() ? newest.step() : rejoin().step();
  }

  // Checkpoints.

  /** The step of the next checkpoint; past the last step when there is none left. */
  long nextCut() {
    return checkpoints.next();
  }

  /** Steps of the checkpoints that the trainer has cut, or must cut now, and that are not there. */
  List<Long> awaited() {
    List<Long> steps = new ArrayList<>(checkpoints.onTheirWay());
    if (admission.trained() >= last() && newest.step() < last() && !steps.contains(last())) {
      steps.add(last());
    }
    return steps;
  }

  /** A checkpoint is on disk; gives whether it is news. */
  boolean written(long step, String directory, String weights) {
    checkpoints.settled(step);
    if (step <= newest.step()) {
      return false;
    }
    newest = new Candidate(step, directory);
    digest = weights;
    return true;
  }

  /** A checkpoint could not be written; gives whether it is news. */
  boolean notWritten(long step) {
    checkpoints.settled(step);
    return step > newest.step();
  }

  /** Asks for a checkpoint as soon as possible; gives its step. */
  long order() {
    long step = checkpoints.now(Math.max(admission.below(), ledger.done()));
    if (pausedAt != NEVER) {
      pausedAt = Math.max(pausedAt, neededFor(step));
    }
    return step;
  }

  /** From now on so many steps are between checkpoints, and between evaluations. */
  void every(long checkpoint, long evaluate) {
    checkpoints.every(checkpoint, admission.below());
    evaluations.every(evaluate);
  }

  /** The newest checkpoint, or step 0 and no directory. */
  Candidate newest() {
    return newest;
  }

  /** The step whose checkpoint is the last of this run. */
  long last() {
    return Math.min(stopAt, schedule.steps());
  }

  // Evaluations.

  /** The newest checkpoint is to be scored if it is due; gives one that is skipped for it. */
  Optional<Candidate> offerIfDue() {
    return evaluations.due(newest.step()) ? offer() : Optional.empty();
  }

  /** The newest checkpoint is to be scored; gives one that is skipped for it. */
  Optional<Candidate> offer() {
    return scoring && !newest.directory().isEmpty() && !scores.containsKey(newest.step())
        ? evaluations.offer(newest)
        : Optional.empty();
  }

  /** The checkpoint that is being scored. */
  Optional<Candidate> inScoring() {
    return evaluations.current();
  }

  /** Steps of the checkpoints that must stay until they are scored. */
  List<Long> inUse() {
    return evaluations.pinned();
  }

  /** A checkpoint is scored; gives whether it was the one in work. */
  boolean scored(long step, Map<String, Double> values) {
    if (!isInScoring(step)) {
      return false;
    }
    scores.put(step, values);
    evaluations.settled(step);
    return true;
  }

  /** A checkpoint can not be scored; gives whether it was the one in work. */
  boolean notScored(long step) {
    boolean news = isInScoring(step);
    evaluations.settled(step);
    return news;
  }

  /** Scores so far, by step. */
  Map<Long, Map<String, Double>> scores() {
    return Collections.unmodifiableMap(scores);
  }

  /** Scores of the last checkpoint that has some. */
  private Map<String, Double> lastScores() {
    return scores.isEmpty() ? Map.of() : scores.get(Collections.max(scores.keySet()));
  }

  /** Whether checkpoints are scored at all. */
  boolean scoring() {
    return scoring;
  }

  /** Nothing is scored any more. */
  void endScoring() {
    scoring = false;
    evaluations.cancel();
  }

  // Pause and stop.

  /** Admits nothing further. */
  void pause() {
    pausedAt = Math.min(pausedAt, admission.below());
  }

  void resume() {
    pausedAt = NEVER;
  }

  boolean paused() {
    return pausedAt != NEVER;
  }

  /** Ends the run at the next checkpoint; gives its step. */
  long stop() {
    if (stopAt == NEVER) {
      stopAt = checkpoints.now(admission.below());
      resume();
      endScoring();
    }
    return stopAt;
  }

  boolean stopping() {
    return stopAt != NEVER;
  }

  /** Whether every step is done. */
  boolean trained() {
    return ledger.done() >= schedule.steps();
  }

  /** Whether there is nothing left to do: the last checkpoint is there, and its scores. */
  boolean complete() {
    return newest.step() >= last() && evaluations.current().isEmpty();
  }

  /** How the run ended. */
  RunSummary summary(
      String run,
      Outcome outcome,
      String cause,
      Duration elapsed,
      int restarts,
      Map<String, Double> measures) {
    return new RunSummary(
        run,
        outcome,
        done(),
        schedule.steps(),
        elapsed,
        measures,
        lastScores(),
        Optional.of(newest.directory()).filter(path -> !path.isEmpty()).map(Path::of),
        digest,
        restarts,
        cause);
  }

  private boolean isInScoring(long step) {
    return evaluations.current().filter(c -> c.step() == step).isPresent();
  }

  /** Steps that must be admitted so that a checkpoint of {@code step} becomes whole. */
  private long neededFor(long step) {
    return bootstrap && step > schedule.boundary() && step < schedule.steps()
        ? Math.max(step, schedule.firstRemade(step))
        : step;
  }
}
