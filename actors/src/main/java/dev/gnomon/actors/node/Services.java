package dev.gnomon.actors.node;

import akka.actor.typed.receptionist.ServiceKey;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.ScorerMessage;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;

/** Names under which the actors of the roles are found, on whatever node they are. */
public final class Services {

  public static final ServiceKey<LoaderMessage> LOADER =
      ServiceKey.create(LoaderMessage.class, "gnomon-loader");
  public static final ServiceKey<TrainerMessage> TRAINER =
      ServiceKey.create(TrainerMessage.class, "gnomon-trainer");
  public static final ServiceKey<TeacherMessage> TEACHER =
      ServiceKey.create(TeacherMessage.class, "gnomon-teacher");
  public static final ServiceKey<AssignerMessage> ASSIGNER =
      ServiceKey.create(AssignerMessage.class, "gnomon-assigner");
  public static final ServiceKey<CheckpointerMessage> CHECKPOINTER =
      ServiceKey.create(CheckpointerMessage.class, "gnomon-checkpointer");
  public static final ServiceKey<EvaluatorMessage> EVALUATOR =
      ServiceKey.create(EvaluatorMessage.class, "gnomon-evaluator");
  public static final ServiceKey<ScorerMessage> SCORER =
      ServiceKey.create(ScorerMessage.class, "gnomon-scorer");

  private Services() {}
}
