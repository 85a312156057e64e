package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;
import java.util.List;

/**
 * Who works on a run. Trainers and assigners hold at most one active actor each; batches are shared
 * among teachers and sample blocks among evaluators by position in the list.
 */
public record Wiring(
    ActorRef<CoordinatorMessage> coordinator,
    List<ActorRef<LoaderMessage>> loaders,
    List<ActorRef<TrainerMessage>> trainers,
    List<ActorRef<TeacherMessage>> teachers,
    List<ActorRef<AssignerMessage>> assigners,
    List<ActorRef<CheckpointerMessage>> checkpointers,
    List<ActorRef<EvaluatorMessage>> evaluators,
    List<ActorRef<ScorerMessage>> scorers) {
  public Wiring {
    loaders = List.copyOf(loaders);
    trainers = List.copyOf(trainers);
    teachers = List.copyOf(teachers);
    assigners = List.copyOf(assigners);
    checkpointers = List.copyOf(checkpointers);
    evaluators = List.copyOf(evaluators);
    scorers = List.copyOf(scorers);
  }
}
