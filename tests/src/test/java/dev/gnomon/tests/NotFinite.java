package dev.gnomon.tests;

import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.Assigner;
import dev.gnomon.actors.assigner.AssignerWork;
import dev.gnomon.actors.assigner.DeviceAssigner;
import dev.gnomon.actors.trainer.DeviceTrunk;
import dev.gnomon.actors.trainer.Trainer;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Draws;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.WireMessage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Trainer and assigner of a run whose networks are given a number that is not finite at some steps,
 * and compute with it what they do. They are swapped in by configuration.
 */
public final class NotFinite {

  private static final String TRAINER = "gnomon.plugins.not-finite.trainer";
  private static final String ASSIGNER = "gnomon.plugins.not-finite.assigner";
  private static final String UNRELIABLE = "gnomon.plugins.not-finite.unreliable";

  private NotFinite() {}

  /** Sets that make the losses of those steps not finite. */
  static String[] sets(Set<Long> trainer, Set<Long> assigner, boolean unreliable) {
    String name = NotFinite.class.getName();
    return new String[] {
      "gnomon.actors.trainer=\"" + name + "$Trainers\"",
      "gnomon.actors.assigner=\"" + name + "$Assigners\"",
      TRAINER + "=" + trainer,
      ASSIGNER + "=" + assigner,
      UNRELIABLE + "=" + unreliable,
      "gnomon.deadlines.answer=200ms"
    };
  }

  private static Set<Long> steps(RoleContext context, String key) {
    Config config = context.settings().resolved();
    return new TreeSet<>(config.hasPath(key) ? config.getLongList(key) : List.of());
  }

  private static <M extends WireMessage> Behavior<M> network(
      RoleContext context, Behavior<M> actor) {
    return context.settings().resolved().getBoolean(UNRELIABLE)
        ? Unreliable.unreliable(actor, context.role().ordinal())
        : actor;
  }

  public static final class Trainers implements ActorFactory<TrainerMessage> {
    @Override
    public Behavior<TrainerMessage> create(RoleContext context) {
      TrainingSettings training = context.settings().training();
      Set<Long> steps = steps(context, TRAINER);
      StepDraws draws =
          batch -> {
            Draws drawn = Draws.of(training, batch);
            if (steps.contains(batch.step())) {
              drawn.noise()[5] = Float.NaN;
            }
            return drawn;
          };
      return network(
          context,
          Trainer.create(
              context, () -> DeviceTrunk.open(context.roleSettings(), context.settings(), draws)));
    }
  }

  public static final class Assigners implements ActorFactory<AssignerMessage> {
    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      Set<Long> steps = steps(context, ASSIGNER);
      return network(
          context,
          Assigner.create(
              context,
              () ->
                  new Misled(
                      DeviceAssigner.open(context.roleSettings(), context.settings()), steps)));
    }
  }

  /** An assigner with an infinite feature among those of some steps. */
  private record Misled(AssignerWork work, Set<Long> steps) implements AssignerWork {

    @Override
    public void initialize() {
      work.initialize();
    }

    @Override
    public long step() {
      return work.step();
    }

    @Override
    public AssignerStep step(Taps taps) {
      float[] features = taps.features().clone();
      if (steps.contains(taps.step())) {
        features[3] = Float.POSITIVE_INFINITY;
      }
      return work.step(new Taps(taps.step(), features, taps.times(), taps.labels(), taps.codes()));
    }

    @Override
    public void skip() {
      work.skip();
    }

    @Override
    public Conditions conditions(long step, long version, float[] features) {
      return work.conditions(step, version, features);
    }

    @Override
    public WeightSet save() {
      return work.save();
    }

    @Override
    public void restore(WeightSet saved) {
      work.restore(saved);
    }

    @Override
    public void close() {
      work.close();
    }
  }
}
