package dev.gnomon.tests.faults;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.teacher.Teacher;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.WeightsPublished;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A teacher that hears of weight versions, at first, what is not so: some are where nobody is, of
 * others the bytes that were announced were never published. What it is told when it asks is true.
 */
public final class FalseAnnouncements implements ActorFactory<TeacherMessage> {

  private static final int EVERY = 5; // versions

  static List<String> sets() {
    return List.of("gnomon.actors.teacher=\"" + FalseAnnouncements.class.getName() + "\"");
  }

  @Override
  public Behavior<TeacherMessage> create(RoleContext context) {
    return Behaviors.intercept(Liar::new, Teacher.create(context));
  }

  private static final class Liar extends BehaviorInterceptor<TeacherMessage, TeacherMessage> {

    private final Set<Long> heardOf = new HashSet<>();

    Liar() {
      super(TeacherMessage.class);
    }

    @Override
    public Behavior<TeacherMessage> aroundReceive(
        TypedActorContext<TeacherMessage> context,
        TeacherMessage message,
        ReceiveTarget<TeacherMessage> target) {
      boolean first =
          message instanceof WeightsPublished published && heardOf.add(published.version());
      return target.apply(
          context, first ? changed((WeightsPublished) message, heardOf.size()) : message);
    }

    private static TeacherMessage changed(WeightsPublished told, int nth) {
      String[] words = told.location().split(" "); // node, address, file
      return switch (nth % EVERY) {
        case 0 ->
            new WeightsPublished(
                told.lineage(), told.version(), words[0] + "x 127.0.0.1:9", told.digest());
        case 1 ->
            new WeightsPublished(
                told.lineage(),
                told.version(),
                words[0] + "x " + words[1],
                new StringBuilder(told.digest()).reverse().toString());
        default -> told;
      };
    }
  }
}
