package dev.gnomon.actors.assigner;

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
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TapsRequest;
import dev.gnomon.protocol.TeacherFeatures;
import dev.gnomon.protocol.WireMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * Trains projection head and prototypes on the student's taps, in the order of the steps, and turns
 * the teacher's features into conditions by the version they were made with. Both run on one lane:
 * conditions come from a copy of their version, so what is between them and the steps is no matter.
 */
public final class Assigner extends StateOwner {

  /** Name of the assigner's half of a checkpoint. */
  public static final String HALF = "assigner";

  /**
   * What an assigner works with.
   *
   * @param opening makes fresh head and prototypes
   */
  public record Parts(
      VersionSchedule schedule, Callable<AssignerWork> opening, CheckpointHalves halves) {}

  private final Parts parts;
  private final VersionSchedule schedule;
  private final LaneState<AssignerWork> state = new LaneState<>("gnomon-assigner");
  private final Outstanding tapsWaits = new Outstanding();
  private final SortedMap<Long, Conditions> made = new TreeMap<>();
  private final Set<Long> making = new HashSet<>();
  private final Set<Long> ordered = new HashSet<>(); // cuts that are marked
  private final Set<Long> saving = new HashSet<>(); // cuts that are being copied
  private TapsInbox taps;
  private FeaturesInbox features;
  private boolean running;
  private long firstRemade;

  private Assigner(Life life, Parts parts) {
    super(life, HALF, parts.halves());
    this.parts = parts;
    this.schedule = parts.schedule();
  }

  /** The assigner of a node. */
  public static Behavior<AssignerMessage> create(RoleContext context) {
    return create(context, () -> DeviceAssigner.open(context.roleSettings(), context.settings()));
  }

  /**
   * An assigner of a node whose state is one's own: order, lineages, checkpoints and lost messages
   * are taken care of.
   *
   * @param opening makes the state of step 0, on the lane that alone will use it
   */
  public static Behavior<AssignerMessage> create(
      RoleContext context, Callable<AssignerWork> opening) {
    return create(
        Identity.of(context, true),
        new Parts(
            context.settings().training().schedule(),
            opening,
            new StoredHalves(context.runDirectory(), context.exchange().files())));
  }

  /** An assigner; it owns state, so its {@code identity} must say so. */
  public static Behavior<AssignerMessage> create(Identity identity, Parts parts) {
    return RoleActor.lives(identity, life -> new Assigner(life, parts));
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    super.messages(builder);
    on(builder, Taps.class, Taps::lineage, this::onTaps);
    on(builder, TeacherFeatures.class, TeacherFeatures::lineage, this::onFeatures);
  }

  @Override
  protected void begin() {
    super.begin();
    Start start = start();
    tapsWaits.forgetAll();
    made.clear();
    making.clear();
    ordered.clear();
    saving.clear();
    taps = new TapsInbox(start.step());
    features = new FeaturesInbox();
    firstRemade = schedule.firstRemade(start.step());
    running = true; // until it is restored
    restore(state, parts.opening(), this::restored, this::onRestored);
  }

  private void onRestored(boolean restored) {
    running = false;
    begun();
    makeConditions();
    advance();
  }

  private boolean restored(AssignerWork work, Start start, Optional<WeightSet> saved) {
    saved.ifPresentOrElse(work::restore, work::initialize);
    requireStep(start, work.step());
    return true;
  }

  @Override
  protected void tick() {
    super.tick();
    if (!running || standsStill()) {
      tellDoneAgain();
    }
    for (long step : tapsWaits.tick()) {
      waiting("taps " + step, step);
      ActorRef<AssignerMessage> self = getContext().getSelf().narrow();
      wiring().trainers().forEach(trainer -> trainer.tell(new TapsRequest(lineage(), step, self)));
    }
  }

  @Override
  protected Gauge gauge() {
    String doing = running || !making.isEmpty() ? "assigning" : "resting";
    return Gauge.of(standsStill() ? STANDING_STILL : doing)
        .queued("taps", taps.size())
        .queued("features", features.size());
  }

  @Override
  protected void close() {
    super.close();
    state.close();
  }

  private void onTaps(Taps given) {
    if (given.checkpoint()) {
      onMarker(given.step() + 1);
    }
    if (taps.accept(given)) {
      tapsWaits.came(given.step());
      advance();
    }
  }

  /** A checkpoint is to be cut when {@code step} steps are done. */
  private void onMarker(long step) {
    if (step > done()) {
      ordered.add(step);
    } else if (!saving.contains(step)
        && !isWriting(step)
        && !tellHalfAgain(step)
        && !running
        && step == done()
        && step > start().step()) {
      cut(step);
    }
  }

  /** Steps that are done, without the one that runs. */
  private long done() {
    return running && hasBegun() ? taps.next() - 1 : taps.next();
  }

  private void advance() {
    if (running) {
      return;
    }
    taps.take().ifPresentOrElse(this::train, this::awaitTaps);
  }

  private void awaitTaps() {
    if (taps.next() < schedule.steps()) {
      tapsWaits.ask(taps.next());
    }
  }

  private void train(Taps given) {
    running = true;
    boolean skipped = start().skips(given.step());
    pipe(
        state.run(work -> skipped ? skip(work) : measures(work, given)),
        measures -> onTrained(given.step(), measures),
        failure -> stepFailed(failure, given.step(), given.images()));
  }

  private static Map<String, Double> skip(AssignerWork work) {
    work.skip();
    return Map.of();
  }

  /** Trains one step; what to tell of it. */
  private static Map<String, Double> measures(AssignerWork work, Taps given) {
    AssignerStep step = work.step(Translation.taps(given));
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put(work.lossName(), step.loss());
    measures.put("nmi", step.nmi());
    measures.put("effective_prototypes", step.balance().effective());
    measures.put("dead_prototypes", (double) step.balance().dead());
    return measures;
  }

  private void onTrained(long step, Map<String, Double> measures) {
    running = false;
    long done = step + 1;
    if (ordered.remove(done)) {
      cut(done);
    }
    made.headMap(done).clear();
    tellDone(step, measures);
    makeConditions();
    advance();
  }

  private void cut(long done) {
    saving.add(done);
    pipe(
        state.run(AssignerWork::save),
        weights -> {
          saving.remove(done);
          write(done, weights);
        });
  }

  private void onFeatures(TeacherFeatures given) {
    long step = given.step();
    boolean ofUse = step >= taps.next() && step >= firstRemade && step < schedule.steps();
    if (!ofUse || given.version() != schedule.version(step)) {
      return;
    }
    if (made.containsKey(step)) {
      send(made.get(step));
    } else if (!making.contains(step)) {
      features.accept(given);
      makeConditions();
    }
  }

  /** Makes conditions from all features whose version is reached. */
  private void makeConditions() {
    if (!hasBegun()) {
      return;
    }
    for (TeacherFeatures given : features.take(done())) {
      long step = given.step();
      making.add(step);
      pipe(
          state.run(work -> work.conditions(step, given.version(), given.features())),
          conditions -> {
            making.remove(step);
            Conditions sent = Translation.conditions(lineage(), conditions);
            made.put(step, sent);
            send(sent);
          });
    }
  }

  private void send(Conditions conditions) {
    wiring().trainers().forEach(trainer -> trainer.tell(conditions));
  }
}
