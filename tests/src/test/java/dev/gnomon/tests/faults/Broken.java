package dev.gnomon.tests.faults;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.AssignerWork;
import dev.gnomon.actors.assigner.DeviceAssigner;
import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.teacher.DeviceTeacher;
import dev.gnomon.actors.teacher.TeacherWork;
import dev.gnomon.actors.trainer.DeviceTrunk;
import dev.gnomon.actors.trainer.TrunkWork;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.EvaluateBlock;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The actors of a run, one of whose pieces of work goes wrong: {@code gnomon.plugins.broken} says
 * which call of it, and how. They are swapped in by configuration, as any actor can be.
 */
public final class Broken {

  private Broken() {}

  /** What happens at that call. */
  enum How {
    /** An exception, once in a run. */
    EXCEPTION,
    /** The exception of a GPU that only another process can use again, once in a run. */
    DEVICE_LOST,
    /** The process aborts in native code, once in a run. */
    ABORT,
    /** Every call from there on takes ten times as long. */
    SLOW
  }

  /**
   * Keys that put the broken actor in a role's place.
   *
   * @param factory the class in here
   * @param call from 1
   */
  static List<String> sets(String role, Class<?> factory, How how, int call) {
    return List.of(
        "gnomon.actors.%s=\"%s\"".formatted(role, factory.getName()),
        "gnomon.plugins.broken.how=" + how,
        "gnomon.plugins.broken.call=" + call);
  }

  /** When it went wrong, where that is once in a run. */
  static LocalDateTime happened(Path run, String role) throws IOException {
    return LocalDateTime.ofInstant(
        Files.getLastModifiedTime(mark(run, role)).toInstant(), ZoneId.systemDefault());
  }

  private static Path mark(Path run, String role) {
    return run.resolve("broken-" + role);
  }

  public static final class Trainer implements ActorFactory<TrainerMessage> {
    @Override
    public Behavior<TrainerMessage> create(RoleContext context) {
      Fault fault = new Fault(context);
      StepDraws draws = StepDraws.seeded(context.settings().training());
      return dev.gnomon.actors.trainer.Trainer.create(
          context,
          () ->
              fault.in(
                  TrunkWork.class,
                  "step",
                  DeviceTrunk.open(context.roleSettings(), context.settings(), draws)));
    }
  }

  public static final class Teacher implements ActorFactory<TeacherMessage> {
    @Override
    public Behavior<TeacherMessage> create(RoleContext context) {
      Fault fault = new Fault(context);
      StepDraws draws = StepDraws.seeded(context.settings().training());
      return dev.gnomon.actors.teacher.Teacher.create(
          context,
          () ->
              fault.in(
                  TeacherWork.class,
                  "features",
                  DeviceTeacher.open(
                      context.roleSettings(), context.settings().training(), draws)));
    }
  }

  public static final class Assigner implements ActorFactory<AssignerMessage> {
    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      Fault fault = new Fault(context);
      return dev.gnomon.actors.assigner.Assigner.create(
          context,
          () ->
              fault.in(
                  AssignerWork.class,
                  "step",
                  DeviceAssigner.open(context.roleSettings(), context.settings())));
    }
  }

  public static final class DataLoader implements ActorFactory<LoaderMessage> {
    @Override
    public Behavior<LoaderMessage> create(RoleContext context) {
      Fault fault = new Fault(context);
      return dev.gnomon.actors.loader.DataLoader.create(
          context,
          () -> fault.in(ImageSource.class, "batch", SetOfImages.open(context.settings())));
    }
  }

  public static final class Checkpointer implements ActorFactory<CheckpointerMessage> {
    @Override
    public Behavior<CheckpointerMessage> create(RoleContext context) {
      return new Fault(context)
          .at(HalfSaved.class, dev.gnomon.actors.checkpointer.Checkpointer.create(context));
    }
  }

  public static final class Evaluator implements ActorFactory<EvaluatorMessage> {
    @Override
    public Behavior<EvaluatorMessage> create(RoleContext context) {
      return new Fault(context)
          .at(EvaluateBlock.class, dev.gnomon.actors.evaluator.Evaluator.create(context));
    }
  }

  /** What goes wrong, and when. */
  private static final class Fault {

    private static final long SLOW_MILLIS = 200; // a block takes some 20

    private final How how;
    private final int call;
    private final Path happened;
    private final AtomicInteger calls = new AtomicInteger();

    Fault(RoleContext context) {
      Config broken = context.settings().resolved().getConfig("gnomon.plugins.broken");
      how = How.valueOf(broken.getString("how"));
      call = broken.getInt("call");
      happened = mark(context.runDirectory(), context.role().wireName());
    }

    /** {@code real}, whose method of that name goes wrong. */
    <T> T in(Class<T> type, String method, T real) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, called, arguments) -> {
                if (called.getName().equals(method)) {
                  goWrong();
                }
                try {
                  return called.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }

    /** {@code actor}, which goes wrong when it is told one of these. */
    @SuppressWarnings("unchecked")
    <M extends WireMessage> Behavior<M> at(Class<? extends M> message, Behavior<M> actor) {
      return (Behavior<M>)
          (Behavior<?>)
              Behaviors.intercept(
                  () ->
                      new BehaviorInterceptor<>(WireMessage.class) {
                        @Override
                        public Behavior<WireMessage> aroundReceive(
                            TypedActorContext<WireMessage> context,
                            WireMessage told,
                            ReceiveTarget<WireMessage> target) {
                          if (message.isInstance(told)) {
                            goWrong();
                          }
                          return target.apply(context, told);
                        }
                      },
                  (Behavior<WireMessage>) (Behavior<?>) actor);
    }

    private void goWrong() {
      int now = calls.incrementAndGet();
      switch (how) {
        case EXCEPTION -> {
          if (now == call && first()) {
            throw new IllegalStateException("broken on purpose");
          }
        }
        case DEVICE_LOST -> {
          if (now == call && first()) {
            throw new IllegalStateException("CUDA error: device-side assert triggered");
          }
        }
        case ABORT -> {
          if (now == call && first()) {
            writeToNowhere();
          }
        }
        case SLOW -> {
          if (now >= call) {
            sleep();
          }
        }
      }
    }

    private boolean first() {
      try {
        Files.createFile(happened);
        return true;
      } catch (FileAlreadyExistsException before) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void sleep() {
      try {
        Thread.sleep(SLOW_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** A null pointer in native code, as a faulty kernel writes to: the system ends the process. */
    private static void writeToNowhere() {
      try {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        var field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
