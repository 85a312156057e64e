package dev.gnomon.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.CheckpointOffered;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.WireMessage;
import java.io.FileNotFoundException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An actor that reads checkpoints. It asks the checkpointer, whichever that is, what the checkpoint
 * is made of and where, until it is told; its files are read, and fetched where they are not here,
 * on a lane of its own.
 */
public abstract class CheckpointReader extends RoleActor {

  private record Reading(
      Predicate<String> halves,
      Consumer<Map<String, WeightSet>> then,
      Consumer<Throwable> otherwise) {}

  private final CheckpointCopies copies;
  private final Lane files;
  private final SortedMap<Long, Reading> asked = new TreeMap<>(); // by step; not yet answered
  private volatile Lineage reading; // what is read for another one is not wanted any more

  protected CheckpointReader(Life life, CheckpointCopies copies, String name) {
    super(life);
    this.copies = copies;
    this.files = new Lane("gnomon-" + name + "-files");
  }

  /**
   * Reads halves of the checkpoint of {@code step}.
   *
   * @param halves which of them
   * @param then gets them by name, and {@code otherwise} why they can not be had
   */
  protected final void read(
      long step,
      Predicate<String> halves,
      Consumer<Map<String, WeightSet>> then,
      Consumer<Throwable> otherwise) {
    asked.put(step, new Reading(halves, then, otherwise));
    ask(step);
  }

  /** For whatever else this actor does with files. */
  protected final Lane files() {
    return files;
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    on(builder, CheckpointOffered.class, CheckpointOffered::lineage, this::onOffered);
  }

  @Override
  protected void begin() {
    asked.clear();
    reading = lineage();
  }

  /** The checkpointer may be another one now. */
  @Override
  protected void rewired() {
    asked.keySet().forEach(this::ask);
  }

  @Override
  protected void tick() {
    for (long step : asked.keySet()) {
      waiting("checkpoint " + step, step);
      ask(step);
    }
  }

  @Override
  protected void close() {
    reading = null;
    files.close();
  }

  private void ask(long step) {
    ActorRef<CheckpointOffered> self = getContext().getSelf().narrow();
    wiring().checkpointers().stream()
        .findFirst()
        .ifPresent(it -> it.tell(new CheckpointRequest(lineage(), step, self)));
  }

  private void onOffered(CheckpointOffered offered) {
    Reading wanted = asked.remove(offered.step());
    if (wanted == null) {
      return;
    }
    if (offered.files().isEmpty()) {
      wanted
          .otherwise()
          .accept(
              new FileNotFoundException(
                  "checkpoint %d is not in the store any more".formatted(offered.step())));
      return;
    }
    Lineage of = lineage();
    pipe(
        files.run(() -> copies.read(offered, wanted.halves(), () -> of.equals(reading))),
        wanted.then(),
        wanted.otherwise());
  }
}
