package dev.gnomon.actors.checkpointer;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SavedFile;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A checkpointer of a run with an assigner, on a made-up disk; it has not begun. */
final class CheckpointerStage implements AutoCloseable {

  final Stage stage = new Stage();
  final MadeUpCheckpointFiles files = new MadeUpCheckpointFiles();
  final ActorRef<CheckpointerMessage> checkpointer;

  CheckpointerStage() {
    checkpointer = create(Source.BOOTSTRAP);
  }

  ActorRef<CheckpointerMessage> create(Source source) {
    ActorRef<CheckpointerMessage> created =
        stage.spawn(Checkpointer.create(stage.identity(Role.CHECKPOINTER, false), source, files));
    stage.coordinator.expectMessageClass(Idle.class);
    return created;
  }

  /** It begins the first lineage. */
  void begin() {
    checkpointer.tell(stage.begin(FIRST));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).role())
        .isEqualTo(Role.CHECKPOINTER);
  }

  static HalfSaved half(Lineage lineage, long step, String half) {
    return new HalfSaved(
        lineage,
        step,
        half,
        List.of(new SavedFile(half + ".safetensors", 3, "aa")),
        Map.of(),
        "there");
  }

  /** Both halves of a checkpoint of the first lineage come. */
  void halves(long step) {
    checkpointer.tell(half(FIRST, step, "trunk"));
    checkpointer.tell(half(FIRST, step, "assigner"));
  }

  CheckpointFiles.Halves committed() throws InterruptedException {
    return files.commits.poll(5, TimeUnit.SECONDS);
  }

  /** Lets all go on that waits for the disk. */
  @Override
  public void close() {
    files.gate.release(1000);
    files.way.release(1000);
    stage.close();
  }
}
