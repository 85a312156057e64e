package dev.gnomon.actors.teacher;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.LaneState;
import dev.gnomon.actors.Outstanding;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.loader.LoaderChoice;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.TeacherFeatures;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.WeightsRequest;
import dev.gnomon.protocol.WireMessage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * Looks at the batches of its steps with the averaged trunk, each with the version that the
 * schedule names and no other, and sends the features to the assigner. It loads a version between
 * two batches, never inside one, and owns nothing that could not be made again.
 */
public final class Teacher extends RoleActor {

  private static final int BATCHES_AHEAD = 3; // the step itself and two more
  private static final long NONE = -1;

  /**
   * What a teacher works with.
   *
   * @param opening makes a teacher without weights
   * @param exchange where versions are taken from
   */
  public record Parts(
      VersionSchedule schedule, Callable<TeacherWork> opening, WeightExchange exchange) {}

  private final Parts parts;
  private final VersionSchedule schedule;
  private final LaneState<TeacherWork> network = new LaneState<>("gnomon-teacher");
  private final Outstanding batchWaits = new Outstanding();
  private final Outstanding versionWaits = new Outstanding();
  private final SortedMap<Long, WeightsPublished> announced = new TreeMap<>();
  private final SortedMap<Long, Batch> batches = new TreeMap<>();
  private final SortedMap<Long, TeacherFeatures> sent = new TreeMap<>();
  private FeatureSteps steps;
  private long loaded = NONE;
  private boolean running;

  private Teacher(Life life, Parts parts) {
    super(life);
    this.parts = parts;
    this.schedule = parts.schedule();
  }

  /** A teacher of a node. */
  public static Behavior<TeacherMessage> create(RoleContext context) {
    TrainingSettings training = context.settings().training();
    StepDraws draws = StepDraws.seeded(training);
    return create(context, () -> DeviceTeacher.open(context.roleSettings(), training, draws));
  }

  /**
   * A teacher of a node whose network is one's own.
   *
   * @param opening makes it, on the lane that alone will use it
   */
  public static Behavior<TeacherMessage> create(
      RoleContext context, Callable<TeacherWork> opening) {
    return create(
        Identity.of(context, false),
        new Parts(context.settings().training().schedule(), opening, context.exchange()));
  }

  /** A teacher. */
  public static Behavior<TeacherMessage> create(Identity identity, Parts parts) {
    return RoleActor.lives(identity, life -> new Teacher(life, parts));
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    on(builder, Admit.class, Admit::lineage, this::onAdmit);
    on(builder, Batch.class, Batch::lineage, this::onBatch);
    on(builder, WeightsPublished.class, WeightsPublished::lineage, this::onWeightsPublished);
    on(builder, FeaturesRequest.class, FeaturesRequest::lineage, this::onFeaturesRequest);
  }

  @Override
  protected void begin() {
    steps = new FeatureSteps(schedule, start().step());
    batchWaits.forgetAll();
    versionWaits.forgetAll();
    announced.clear();
    batches.clear();
    sent.clear();
    loaded = NONE;
    running = true; // until there is a network
    pipe(
        network.open(parts.opening()),
        opened -> {
          running = false;
          begun();
          advance();
        });
    assign();
  }

  @Override
  protected void rewired() {
    assign();
    advance();
  }

  @Override
  protected void tick() {
    for (long step : batchWaits.tick()) {
      waiting("batch " + step, step);
      requestBatch(step);
    }
    for (long version : versionWaits.tick()) {
      waiting("version " + version, steps.first());
      requestVersion(version);
    }
  }

  @Override
  protected Gauge gauge() {
    return Gauge.of(running ? "looking" : "resting")
        .version(loaded)
        .queued("batches", batches.size())
        .queued("steps", steps.left());
  }

  @Override
  protected void close() {
    network.close();
  }

  private void onAdmit(Admit admit) {
    steps.admit(admit.below());
    forgetDone();
    advance();
  }

  private void onBatch(Batch batch) {
    batchWaits.came(batch.step());
    if (steps.isOpen(batch.step())) {
      batches.putIfAbsent(batch.step(), batch);
    }
    advance();
  }

  private void onWeightsPublished(WeightsPublished published) {
    announced.put(published.version(), published);
    advance();
  }

  private void onFeaturesRequest(FeaturesRequest request) {
    TeacherFeatures features = sent.get(request.step());
    if (features != null) {
      send(features);
    } else {
      steps.request(request.step());
      forgetDone();
      advance();
    }
  }

  /** Takes this teacher's place among the teachers there are now. */
  private void assign() {
    List<ActorRef<TeacherMessage>> teachers = wiring().teachers();
    ActorRef<TeacherMessage> self = getContext().getSelf().narrow();
    steps.assign(teachers.indexOf(self), teachers.size());
  }

  private void forgetDone() {
    long first = steps.first();
    batches.headMap(first).clear();
    sent.headMap(first).clear();
    batchWaits.forgetBelow(first);
    if (first < schedule.steps() && schedule.guided(first)) {
      versionWaits.forgetBelow(schedule.version(first));
      announced.headMap(schedule.version(first)).clear();
    }
  }

  /** Starts the next piece of work if all it needs is there, and asks for what is missing. */
  private void advance() {
    List<Long> next = steps.next(BATCHES_AHEAD);
    for (long step : next) {
      if (!batches.containsKey(step) && batchWaits.ask(step)) {
        requestBatch(step);
      }
    }
    if (running || next.isEmpty()) {
      return;
    }
    long step = next.get(0);
    long version = schedule.version(step);
    if (version != loaded && !announced.containsKey(version)) {
      if (versionWaits.ask(version)) {
        requestVersion(version); // it may have been announced before this teacher came
      }
    } else if (version != loaded) {
      load(announced.get(version));
    } else if (batches.containsKey(step)) {
      look(batches.get(step));
    }
  }

  private void load(WeightsPublished announced) {
    running = true;
    at(announced.version());
    pipe(
        network.run(work -> loaded(work, announced)),
        found -> onLoaded(announced.version(), found));
  }

  private enum Loading {
    LOADED,
    /** It is not there any more. */
    RETIRED,
    FAILED
  }

  private Loading loaded(TeacherWork work, WeightsPublished announced) {
    try {
      Optional<WeightExchange.Held> taken = parts.exchange().take(announced);
      if (taken.isEmpty()) {
        return Loading.RETIRED;
      }
      try (WeightExchange.Held held = taken.get()) {
        work.load(announced.version(), held.weights());
      }
      return Loading.LOADED;
    } catch (IOException e) {
      SupervisionLog.event("version-not-loaded")
          .with("actor", "teacher")
          .with("version", announced.version())
          .with("cause", e.toString())
          .warn();
      return Loading.FAILED;
    }
  }

  private void onLoaded(long version, Loading loading) {
    running = false;
    if (loading == Loading.LOADED) {
      loaded = version;
      versionWaits.came(version); // not when it was announced: it may be that and never come
    } else {
      announced.remove(version);
    }
    if (loading == Loading.FAILED) {
      versionWaits.ask(version); // and only after a while, whoever does not answer
    }
    advance();
  }

  private void look(Batch batch) {
    running = true;
    at(batch.step());
    pipe(
        network.run(work -> work.features(Translation.images(batch))),
        features -> onFeatures(batch, features));
  }

  private void onFeatures(Batch batch, float[] features) {
    running = false;
    long step = batch.step();
    steps.made(step);
    batches.remove(step);
    TeacherFeatures made = new TeacherFeatures(lineage(), step, loaded, features);
    if (steps.isOpen(step)) {
      sent.put(step, made);
    }
    send(made);
    advance();
  }

  private void send(TeacherFeatures features) {
    wiring().assigners().forEach(assigner -> assigner.tell(features));
  }

  private void requestBatch(long step) {
    ActorRef<Batch> self = getContext().getSelf().narrow();
    LoaderChoice.of(wiring().loaders(), batchWaits.attempts(step))
        .ifPresent(loader -> loader.tell(new BatchRequest(lineage(), step, self)));
  }

  private void requestVersion(long version) {
    ActorRef<TeacherMessage> self = getContext().getSelf().narrow();
    wiring()
        .trainers()
        .forEach(trainer -> trainer.tell(new WeightsRequest(lineage(), version, self)));
  }
}
