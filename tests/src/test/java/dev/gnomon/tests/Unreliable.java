package dev.gnomon.tests;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.WireMessage;
import java.time.Duration;
import java.util.Random;

/**
 * The actors of a run behind a bad network: what others tell them comes late, out of order, twice,
 * or not at all. They are swapped in by configuration, as any actor can be.
 */
public final class Unreliable {

  private static final int LONGEST_DELAY_MILLIS = 15;

  private Unreliable() {}

  /** Sets that put them in place of the actors of a run. */
  public static String[] sets() {
    String name = Unreliable.class.getName();
    return new String[] {
      "gnomon.actors.trainer=\"" + name + "$Trainer\"",
      "gnomon.actors.teacher=\"" + name + "$Teacher\"",
      "gnomon.actors.assigner=\"" + name + "$Assigner\"",
      "gnomon.actors.data=\"" + name + "$DataLoader\"",
      "gnomon.deadlines.answer=200ms"
    };
  }

  public static final class Trainer implements ActorFactory<TrainerMessage> {
    @Override
    public Behavior<TrainerMessage> create(RoleContext context) {
      return unreliable(dev.gnomon.actors.trainer.Trainer.create(context), 1);
    }
  }

  public static final class Teacher implements ActorFactory<TeacherMessage> {
    @Override
    public Behavior<TeacherMessage> create(RoleContext context) {
      return unreliable(dev.gnomon.actors.teacher.Teacher.create(context), 2);
    }
  }

  public static final class Assigner implements ActorFactory<AssignerMessage> {
    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      return unreliable(dev.gnomon.actors.assigner.Assigner.create(context), 3);
    }
  }

  public static final class DataLoader implements ActorFactory<LoaderMessage> {
    @Override
    public Behavior<LoaderMessage> create(RoleContext context) {
      return unreliable(dev.gnomon.actors.loader.DataLoader.create(context), 4);
    }
  }

  /** An actor behind a bad network. */
  @SuppressWarnings("unchecked")
  static <M extends WireMessage> Behavior<M> unreliable(Behavior<M> actor, long seed) {
    return (Behavior<M>)
        (Behavior<?>)
            Behaviors.intercept(
                () -> new BadNetwork(seed), (Behavior<WireMessage>) (Behavior<?>) actor);
  }

  /** A message that was delayed. */
  private record Late(WireMessage message) implements LocalMessage {}

  private static final class BadNetwork extends BehaviorInterceptor<WireMessage, WireMessage> {

    private final Random random;

    BadNetwork(long seed) {
      super(WireMessage.class);
      this.random = new Random(seed);
    }

    @Override
    public Behavior<WireMessage> aroundReceive(
        TypedActorContext<WireMessage> context,
        WireMessage message,
        ReceiveTarget<WireMessage> target) {
      if (message instanceof Late late) {
        return target.apply(context, late.message());
      }
      if (message instanceof LocalMessage) {
        return target.apply(context, message);
      }
      int chance = random.nextInt(100);
      if (chance < 4) {
        return Behaviors.same(); // lost
      }
      if (chance < 40) {
        later(context.asJava(), message);
        return Behaviors.same();
      }
      if (chance < 50) {
        later(context.asJava(), message); // twice
      }
      return target.apply(context, message);
    }

    private void later(ActorContext<WireMessage> context, WireMessage message) {
      Duration delay = Duration.ofMillis(1 + random.nextInt(LONGEST_DELAY_MILLIS));
      context.scheduleOnce(delay, context.getSelf(), new Late(message));
    }
  }
}
