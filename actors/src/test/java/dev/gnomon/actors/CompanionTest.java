package dev.gnomon.actors;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.ExperimentMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.LocalMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A companion hears what its actor is told, and can do it no harm. */
class CompanionTest {

  private static final Halt HALT = new Halt(FIRST);

  private record Own(int value) implements ExperimentMessage {}

  private record Inner() implements LocalMessage {}

  private final Stage stage = new Stage();
  private final TestProbe<EvaluatorMessage> actor = stage.kit.createTestProbe("actor");
  private final List<EvaluatorMessage> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void itSeesWhatTheActorIsToldByOthersAndKeepsItsOwnMessages() {
    ActorRef<EvaluatorMessage> told = with(seen::add);

    List.of(new Own(1), HALT, new Own(2), new Inner(), HALT).forEach(told::tell);

    List.of(HALT, new Inner(), HALT).forEach(actor::expectMessage);
    actor.expectNoMessage(Duration.ofMillis(50));
    assertThat(seen).containsExactly(new Own(1), HALT, new Own(2), HALT);
  }

  @Test
  void oneThatFailsIsSaidOnceAndTheActorGoesOnWithoutIt() {
    ActorRef<EvaluatorMessage> told =
        with(
            message -> {
              seen.add(message);
              if (message instanceof Own) {
                throw new IllegalStateException("no such centroid");
              }
            });

    LoggingTestKit.warn("event=companion-failed actor=")
        .withMessageContains("message=Own cause=\"java.lang.IllegalStateException: no such")
        .withOccurrences(1)
        .expect(
            stage.kit.system(),
            () -> {
              List.of(HALT, new Own(1), new Own(2), HALT).forEach(told::tell);
              actor.expectMessage(HALT);
              actor.expectMessage(HALT);
              return null;
            });
    assertThat(seen).containsExactly(HALT, new Own(1));
  }

  private ActorRef<EvaluatorMessage> with(Companion<EvaluatorMessage> companion) {
    Behavior<EvaluatorMessage> passing =
        Behaviors.receiveMessage(
            message -> {
              actor.ref().tell(message);
              return Behaviors.same();
            });
    return stage.spawn(Companion.with(EvaluatorMessage.class, companion, passing));
  }
}
