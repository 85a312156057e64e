package dev.gnomon.tests.bench;

import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.Assigner;
import dev.gnomon.actors.assigner.AssignerWork;
import dev.gnomon.actors.assigner.DeviceAssigner;
import dev.gnomon.actors.teacher.Teacher;
import dev.gnomon.actors.teacher.TeacherWork;
import dev.gnomon.actors.trainer.DeviceTrunk;
import dev.gnomon.actors.trainer.Trainer;
import dev.gnomon.actors.trainer.TrunkWork;
import dev.gnomon.model.clustering.CodeBalance;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrunkStep;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trainer, teacher and assigner whose work computes nothing, and gives what is of the usual size:
 * what a step of such a run takes is all that the actors add to the numerics, images and messages
 * included, with none of it hidden behind computing. With {@code gnomon.plugins.wait} each step of
 * the trainer, and half as long each batch of a teacher, waits so many milliseconds instead.
 */
final class HollowActors {

  static final String WAIT = "gnomon.plugins.wait";

  private HollowActors() {}

  /** Keys that put them in the place of the real ones. */
  static List<String> sets() {
    return List.of(
        "gnomon.actors.trainer=" + quoted(Trainers.class),
        "gnomon.actors.teacher=" + quoted(Teachers.class),
        "gnomon.actors.assigner=" + quoted(Assigners.class));
  }

  private static long wait(RoleContext context) {
    Config all = context.settings().resolved();
    return all.hasPath(WAIT) ? all.getLong(WAIT) : 0;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String quoted(Class<?> factory) {
    return '"' + factory.getName() + '"';
  }

  /** Trainers of a {@link HollowTrunk}. */
  public static final class Trainers implements ActorFactory<TrainerMessage> {

    @Override
    public Behavior<TrainerMessage> create(RoleContext context) {
      return Trainer.create(context, () -> new HollowTrunk(context));
    }
  }

  /** Teachers of a {@link HollowTeacher}. */
  public static final class Teachers implements ActorFactory<TeacherMessage> {

    @Override
    public Behavior<TeacherMessage> create(RoleContext context) {
      int width = context.settings().training().network().width();
      return Teacher.create(
          context, () -> new HollowTeacher(width, HollowActors.wait(context) / 2));
    }
  }

  /** Assigners of a {@link HollowAssigner}. */
  public static final class Assigners implements ActorFactory<AssignerMessage> {

    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      return Assigner.create(context, () -> new HollowAssigner(context));
    }
  }

  /** Steps that change nothing; every version is the same weights. */
  private static final class HollowTrunk implements TrunkWork {

    private final int width;
    private final long wait;
    private final WeightSet version;
    private final WeightSet saved;
    private long step;

    HollowTrunk(RoleContext context) {
      TrainingSettings training = context.settings().training();
      this.width = training.network().width();
      this.wait = HollowActors.wait(context);
      try (TrunkWork real =
          DeviceTrunk.open(
              context.roleSettings(), context.settings(), StepDraws.seeded(training))) {
        this.version = real.version();
        this.saved = real.save();
      }
    }

    @Override
    public long step() {
      return step;
    }

    @Override
    public TrunkStep step(ImageBatch batch, Conditions conditions) {
      sleep(wait);
      int images = batch.count();
      Taps taps =
          new Taps(
              step,
              new float[images * width],
              new float[images],
              batch.labels(),
              conditions.codes());
      return new TrunkStep(step++, 0, Optional.of(taps));
    }

    @Override
    public void skip() {
      step++;
    }

    @Override
    public WeightSet version() {
      return version;
    }

    @Override
    public WeightSet save() {
      return saved;
    }

    @Override
    public void restore(WeightSet state) {
      step = state.get("step").longs()[0];
    }

    @Override
    public void close() {}
  }

  /** Features that are zero. */
  private record HollowTeacher(int width, long millis) implements TeacherWork {

    @Override
    public void load(long version, WeightSet weights) {}

    @Override
    public float[] features(ImageBatch batch) {
      sleep(millis);
      return new float[batch.count() * width];
    }

    @Override
    public void close() {}
  }

  /** Codes in turn. */
  private static final class HollowAssigner implements AssignerWork {

    private static final CodeBalance BALANCE = new CodeBalance(2, 2, 2, 0);

    private final int width;
    private final int prototypes;
    private final WeightSet saved;
    private long step;

    HollowAssigner(RoleContext context) {
      TrainingSettings training = context.settings().training();
      this.width = training.network().width();
      this.prototypes = training.condition().prototypes();
      try (AssignerWork real = DeviceAssigner.open(context.roleSettings(), context.settings())) {
        this.saved = real.save();
      }
    }

    @Override
    public long step() {
      return step;
    }

    @Override
    public AssignerStep step(Taps taps) {
      return new AssignerStep(step++, 0, 1, 0, BALANCE, codes(taps.times().length));
    }

    @Override
    public void skip() {
      step++;
    }

    @Override
    public Conditions conditions(long forStep, long version, float[] features) {
      int[] codes = codes(features.length / width);
      int[] used = IntStream.range(0, Math.min(prototypes, codes.length)).toArray();
      return new Conditions(forStep, version, codes, used, new float[used.length * width]);
    }

    private int[] codes(int images) {
      return IntStream.range(0, images).map(image -> image % prototypes).toArray();
    }

    @Override
    public WeightSet save() {
      return saved;
    }

    @Override
    public void restore(WeightSet state) {
      step = state.get("step").longs()[0];
    }

    @Override
    public void close() {}
  }
}
