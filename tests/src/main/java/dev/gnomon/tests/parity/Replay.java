package dev.gnomon.tests.parity;

import akka.actor.typed.Behavior;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.Assigner;
import dev.gnomon.actors.loader.DataLoader;
import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.teacher.DeviceTeacher;
import dev.gnomon.actors.teacher.Teacher;
import dev.gnomon.actors.trainer.Trainer;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The whole actor system on the images and draws of a reference: its own actors, but for what opens
 * their states, so that what they are told is the reference's and what they do is traced.
 */
public final class Replay {

  /** Actors are made by the name of a class alone: they find what they replay by their run. */
  private static final Map<Path, Replay> RUNNING = new ConcurrentHashMap<>();

  private final Algorithm1Reference reference;
  private final Trace trace = new Trace();

  private Replay(Algorithm1Reference reference) {
    this.reference = reference;
  }

  /** Runs the actors in {@code directory} until the reference's last step. */
  static Trace run(Algorithm1Reference reference, Path directory) throws IOException {
    Path run = directory.toAbsolutePath().normalize().resolve("run");
    Path initial = directory.resolve("initial.safetensors");
    Safetensors.write(initial, reference.initial(), Map.of());
    Replay replay = new Replay(reference);
    RUNNING.put(run, replay);
    try {
      RunSummary summary =
          Gnomon.start(settings(reference, initial), run, RunListener.silent()).await();
      if (summary.outcome() != RunSummary.Outcome.DONE) {
        throw new IncomparableException("the actors' run " + summary.cause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IncomparableException("the actors' run was interrupted");
    } finally {
      RUNNING.remove(run);
    }
    Checkpoint last = new CheckpointStore(run).newest().checkpoint().orElseThrow();
    replay.trace.end(last.weights("trunk"), last.weights("assigner"));
    return replay.trace;
  }

  private static RunSettings settings(Algorithm1Reference reference, Path initial) {
    RunSettings usual =
        RunSettings.from(
            Configuration.load(
                List.of(),
                List.of(
                    "gnomon.threads=1",
                    "gnomon.evaluate.every=0",
                    "gnomon.steps=" + reference.settings().steps(),
                    "gnomon.checkpoint.every=" + reference.settings().steps())));
    Map<Role, RoleSettings> roles = new EnumMap<>(usual.roles());
    Map.of(
            Role.DATA, Loaders.class,
            Role.TRAINER, Trainers.class,
            Role.TEACHER, Teachers.class,
            Role.ASSIGNER, Assigners.class)
        .forEach(
            (role, factory) ->
                roles.put(role, new RoleSettings(1, "cpu", 1, Optional.of(factory.getName()))));
    return new RunSettings(
        reference.settings(),
        usual.data(),
        usual.checkpoint(),
        usual.evaluation(),
        roles,
        usual.restart(),
        usual.deadlines(),
        usual.http(),
        usual.memoryCheck(),
        Optional.of(initial),
        usual.resolved());
  }

  private static Replay of(RoleContext context) {
    return RUNNING.get(context.runDirectory());
  }

  /** Loaders of batches that only say which step they are for. */
  public static final class Loaders implements ActorFactory<LoaderMessage> {

    @Override
    public Behavior<LoaderMessage> create(RoleContext context) {
      Replay replay = of(context);
      return DataLoader.create(context, () -> new BlankImages(replay.reference));
    }
  }

  /** Trainers on the reference's draws. */
  public static final class Trainers implements ActorFactory<TrainerMessage> {

    @Override
    public Behavior<TrainerMessage> create(RoleContext context) {
      Replay replay = of(context);
      return Trainer.create(
          context, () -> TracedTrunk.open(context, replay.reference.draws(), replay.trace));
    }
  }

  /** Teachers under the reference's noise. */
  public static final class Teachers implements ActorFactory<TeacherMessage> {

    @Override
    public Behavior<TeacherMessage> create(RoleContext context) {
      Replay replay = of(context);
      return Teacher.create(
          context,
          () ->
              DeviceTeacher.open(
                  context.roleSettings(), context.settings().training(), replay.reference.draws()));
    }
  }

  /** Assigners as they are, traced. */
  public static final class Assigners implements ActorFactory<AssignerMessage> {

    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      Replay replay = of(context);
      return Assigner.create(context, () -> TracedAssigner.open(context, replay.trace));
    }
  }

  private record BlankImages(Algorithm1Reference reference) implements ImageSource {

    @Override
    public ImageBatch batch(long step) {
      return reference.batch(step);
    }

    @Override
    public ImageBatch reference(long block) {
      throw new IncomparableException("a replay is not evaluated");
    }

    @Override
    public void close() {}
  }
}
