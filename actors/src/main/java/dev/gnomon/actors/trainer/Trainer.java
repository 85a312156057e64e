package dev.gnomon.actors.trainer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.CheckpointHalves;
import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.LaneState;
import dev.gnomon.actors.Outstanding;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.StateOwner;
import dev.gnomon.actors.StoredHalves;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.loader.LoaderChoice;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.PendingConditions;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TapsRequest;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.WeightsRequest;
import dev.gnomon.protocol.WireMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Trains the trunk, one step after the other as they are admitted, on the batch and the conditions
 * of each. After a step it sends the taps to the assigner, and where the schedule says so it
 * publishes a weight version or cuts its half of a checkpoint. All three are copied on its lane
 * between two steps, so they are of one step; whatever takes long after that happens elsewhere.
 *
 * <p>A step that could start is given to the lane while the one before it is under way, with the
 * copies that come between: so the lane never waits for this actor's turn on a busy machine.
 */
public final class Trainer extends StateOwner {

  /** Name of the trainer's half of a checkpoint. */
  public static final String HALF = "trunk";

  private static final int BATCHES_AHEAD = 3; // the step itself and two more
  private static final int MOST_ON_LANE = 2; // a step under way and the one after it

  /**
   * What a trainer works with.
   *
   * @param opening makes a fresh trunk
   */
  public record Parts(
      TrainingSettings training,
      Callable<TrunkWork> opening,
      CheckpointHalves halves,
      WeightExchange exchange) {}

  private final Parts parts;
  private final VersionSchedule schedule;
  private final boolean bootstrap;
  private final LaneState<TrunkWork> trunk = new LaneState<>("gnomon-trainer");
  private final Outstanding batchWaits = new Outstanding();
  private final Outstanding conditionWaits = new Outstanding();
  private final MeasuredSteps steps = new MeasuredSteps();
  private final PublishedVersions versions;
  private StepInputs inputs;
  private SentTaps sentTaps;
  private Cuts cuts;
  private int onLane; // steps that were given to the lane and are not done
  private long doneByAll;

  private Trainer(Life life, Parts parts) {
    super(life, HALF, parts.halves());
    this.parts = parts;
    this.schedule = parts.training().schedule();
    this.bootstrap = parts.training().condition().source().learnsCodes();
    this.versions = new PublishedVersions(parts.exchange());
  }

  /** The trainer of a node. */
  public static Behavior<TrainerMessage> create(RoleContext context) {
    RunSettings settings = context.settings();
    StepDraws draws = StepDraws.seeded(settings.training());
    return create(context, () -> DeviceTrunk.open(context.roleSettings(), settings, draws));
  }

  /**
   * A trainer of a node whose trunk is one's own.
   *
   * @param opening makes the state of step 0, on the lane that alone will use it
   */
  public static Behavior<TrainerMessage> create(RoleContext context, Callable<TrunkWork> opening) {
    return create(
        Identity.of(context, true),
        new Parts(
            context.settings().training(),
            opening,
            new StoredHalves(context.runDirectory(), context.exchange().files()),
            context.exchange()));
  }

  /** A trainer; it owns state, so its {@code identity} must say so. */
  public static Behavior<TrainerMessage> create(Identity identity, Parts parts) {
    return RoleActor.lives(identity, life -> new Trainer(life, parts));
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    super.messages(builder);
    on(builder, Admit.class, Admit::lineage, this::onAdmit);
    on(builder, Batch.class, Batch::lineage, this::onBatch);
    on(
        builder,
        dev.gnomon.protocol.Conditions.class,
        dev.gnomon.protocol.Conditions::lineage,
        this::onConditions);
    on(builder, CheckpointAt.class, CheckpointAt::lineage, this::onCheckpointAt);
    on(builder, TapsRequest.class, TapsRequest::lineage, this::onTapsRequest);
    on(builder, WeightsRequest.class, WeightsRequest::lineage, this::onWeightsRequest);
  }

  @Override
  protected void begin() {
    super.begin();
    Start start = start();
    inputs = new StepInputs(parts.training().condition().source(), schedule, start.step());
    cuts = new Cuts(schedule, inputs::needsConditions);
    batchWaits.forgetAll();
    conditionWaits.forgetAll();
    sentTaps = new SentTaps();
    onLane = 0;
    doneByAll = start.step();
    versions.begin(lineage());
    restore(trunk, parts.opening(), this::restored, this::onRestored);
  }

  private List<Conditions> restored(TrunkWork work, Start start, Optional<WeightSet> saved) {
    saved.ifPresentOrElse(work::restore, work::initialize);
    requireStep(start, work.step());
    return saved.map(PendingConditions::in).orElse(List.of());
  }

  private void onRestored(List<Conditions> pending) {
    pending.forEach(this::accept);
    requirePending();
    steps.ready();
    begun();
    publishIfDue(start().step());
    advance();
  }

  /** Fails if conditions are missing that were due before this lineage's start. */
  private void requirePending() {
    for (long step : cuts.pending(start().step())) {
      if (inputs.conditions().stream().noneMatch(given -> given.step() == step)) {
        throw new IllegalStateException(
            "checkpoint %s lacks the conditions of step %d by version %d, which nobody can make again"
                    .formatted(start().checkpoint(), step, schedule.version(step))
                + "; was it written with another publish-every or max-staleness?");
      }
    }
  }

  @Override
  protected void rewired() {
    super.rewired();
    wiring().teachers().forEach(teacher -> versions.all().forEach(teacher::tell));
  }

  @Override
  protected void tick() {
    super.tick();
    if (onLane == 0 || standsStill()) {
      tellDoneAgain();
    }
    if (standsStill()) {
      return;
    }
    for (long step : batchWaits.tick()) {
      waiting("batch " + step, inputs.next());
      requestBatch(step);
    }
    for (long step : conditionWaits.tick()) {
      waiting("conditions " + step, inputs.next());
      requestFeatures(step);
    }
  }

  @Override
  protected Gauge gauge() {
    String doing = onLane > 0 ? "training" : inputs.isHeld() ? "held back" : "resting";
    return Gauge.of(standsStill() ? STANDING_STILL : doing)
        .version(versions.newest())
        .queued("batches", inputs.batches())
        .queued("conditions", inputs.conditions().size());
  }

  @Override
  protected void close() {
    super.close();
    versions.end();
    trunk.close();
  }

  private void onAdmit(Admit admit) {
    inputs.admit(admit.below());
    doneByAll = Math.max(doneByAll, admit.below() - schedule.lead() - 1);
    sentTaps.done(doneByAll);
    versions.retire(schedule.oldestNeeded(doneByAll));
    advance();
  }

  private void onBatch(Batch batch) {
    batchWaits.came(batch.step());
    inputs.accept(Translation.images(batch));
    advance();
  }

  private void onConditions(dev.gnomon.protocol.Conditions given) {
    accept(Translation.conditions(given));
    advance();
  }

  private void accept(Conditions given) {
    if (inputs.accept(given)) {
      conditionWaits.came(given.step());
      cuts.conditions(given);
      writeWholeHalves();
    }
  }

  /** Starts the next step if all it needs is there, and asks for what is missing. */
  private void advance() {
    if (!hasBegun() || standsStill()) {
      return;
    }
    for (long step : inputs.missingBatches(BATCHES_AHEAD)) {
      if (batchWaits.ask(step)) {
        requestBatch(step);
      }
    }
    while (onLane < MOST_ON_LANE && inputs.isReady()) {
      start(inputs.take());
    }
    if (onLane == 0) {
      inputs.missingConditions().ifPresent(conditionWaits::ask);
    }
  }

  /** Gives a step to the lane, and after it what is to be copied before the next. */
  private void start(StepInputs.Ready ready) {
    onLane++;
    long step = ready.batch().step();
    boolean cut = cuts.isDue(step + 1);
    if (start().skips(step)) {
      pipe(trunk.run(work -> steps.skip(after(step, work))), skipped -> onSkipped(step, cut));
    } else {
      pipe(
          trunk.run(work -> steps.train(after(step, work), ready)),
          trained -> onTrained(trained, ready, cut),
          failure -> stepFailed(failure, step, ready.batch().ids()));
    }
    publishIfDue(step + 1);
    if (cut) {
      cut(step + 1);
    }
  }

  private void onTrained(MeasuredSteps.Step trained, StepInputs.Ready ready, boolean cut) {
    long step = trained.trained().step();
    long[] images = ready.batch().ids();
    trained
        .trained()
        .taps()
        .map(taps -> Translation.taps(lineage(), taps, images, cut || sentTaps.isMarked(step)))
        .ifPresent(this::sendTaps);
    onDone(step, trained.measures());
  }

  private void onSkipped(long step, boolean cut) {
    if (bootstrap) {
      sendTaps(Taps.none(lineage(), step, cut || sentTaps.isMarked(step)));
    }
    onDone(step, Map.of());
  }

  private void onDone(long step, Map<String, Double> measures) {
    onLane--;
    tellDone(step, measures);
    advance();
  }

  private void sendTaps(Taps taps) {
    sentTaps.keep(taps);
    wiring().assigners().forEach(assigner -> assigner.tell(taps));
  }

  private void publishIfDue(long version) {
    if (bootstrap && schedule.publishes(version)) {
      Lineage of = lineage();
      pipe(
          trunk
              .run(work -> after(version, work).version())
              .thenCompose(weights -> parts.exchange().publish(of, version, weights)),
          announcement -> {
            versions.add(announcement);
            wiring().teachers().forEach(teacher -> teacher.tell(announcement));
          });
    }
  }

  private void cut(long done) {
    sentTaps.cut(done);
    cuts.cut(done, inputs.conditions());
    cuts.missing().forEach(conditionWaits::ask);
    pipe(
        trunk.run(work -> after(done, work).save()),
        weights -> {
          cuts.weights(done, weights);
          writeWholeHalves();
        });
  }

  /** {@code work}, if it has done {@code steps} steps: not where a step before has failed. */
  private static TrunkWork after(long steps, TrunkWork work) {
    if (work.step() != steps) {
      throw new IllegalStateException(
          "the state is of step %d where that of %d was expected".formatted(work.step(), steps));
    }
    return work;
  }

  private void writeWholeHalves() {
    cuts.whole().forEach(half -> write(half.step(), half.weights()));
  }

  private void onCheckpointAt(CheckpointAt order) {
    long step = order.step();
    long given = inputs.next(); // steps below it are done or on the lane
    if (step > given) {
      cuts.order(step);
    } else if (cuts.isOpen(step) || isWriting(step) || tellHalfAgain(step)) {
      markTaps(step - 1);
    } else if (step == given && step > start().step()) {
      cut(step);
      markTaps(step - 1);
    } else {
      tellTooLate(step);
    }
  }

  /** Passes the marker on to the assigner, which may have got these taps without it, or not. */
  private void markTaps(long step) {
    sentTaps.of(step).map(Taps::marked).ifPresent(this::sendTaps);
  }

  private void tellTooLate(long step) {
    wiring()
        .coordinator()
        .tell(
            new CheckpointFailed(
                lineage(),
                step,
                "training is past step %d already, at %d".formatted(step, inputs.next())));
  }

  private void onTapsRequest(TapsRequest request) {
    sentTaps.of(request.step()).ifPresent(request.replyTo()::tell);
  }

  private void onWeightsRequest(WeightsRequest request) {
    versions.of(request.version()).ifPresent(request.replyTo()::tell);
  }

  private void requestBatch(long step) {
    ActorRef<Batch> self = getContext().getSelf().narrow();
    LoaderChoice.of(wiring().loaders(), batchWaits.attempts(step))
        .ifPresent(loader -> loader.tell(new BatchRequest(lineage(), step, self)));
  }

  private void requestFeatures(long step) {
    int attempt = conditionWaits.attempts(step) - 1; // the first was the teacher's own doing
    TeacherChoice.of(wiring().teachers(), step, attempt)
        .ifPresent(teacher -> teacher.tell(new FeaturesRequest(lineage(), step)));
  }
}
