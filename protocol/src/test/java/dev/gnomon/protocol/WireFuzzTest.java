package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.SerializerWithStringManifest;
import com.sun.management.ThreadMXBean;
import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Messages that no node of ours sends, behind right checksums: each is one of the messages there
 * are, or refused with a {@link NotSerializableException}, and takes no more memory than its size
 * justifies.
 */
class WireFuzzTest {

  private static final int WIRE = 150_000;
  private static final int EXPERIMENT = 80_000;

  /** Bytes that reading a message may allocate: so many for each of its own, and these. */
  private static final int FOR_A_BYTE = 200;

  private static final int FOR_A_MESSAGE = 64 << 10;

  private static final long SEED = Long.getLong("fuzz.seed", new Random().nextLong());

  private static ActorTestKit kit;
  private static ActorRef<Object> actor;

  record Inner(String name, Optional<Duration> age, double[] values, Role role) {}

  record Outer(
      Lineage lineage,
      int[] counts,
      List<Inner> inner,
      Map<String, Long> measures,
      Set<Object> any,
      String[] names,
      ActorRef<Object> replyTo)
      implements ExperimentMessage {}

  @BeforeAll
  static void open() {
    System.out.println("fuzz.seed=" + SEED);
    kit =
        ActorTestKit.create(
            "fuzz",
            ConfigFactory.parseString(
                    "gnomon.experiment.messages = [\"%s\", \"%s\"]"
                        .formatted(Outer.class.getName(), Inner.class.getName()))
                .withFallback(ConfigFactory.load()));
    actor = kit.spawn(Behaviors.ignore());
  }

  @AfterAll
  static void close() {
    kit.shutdownTestKit();
  }

  private static ExtendedActorSystem system() {
    return (ExtendedActorSystem) Adapter.toClassic(kit.system());
  }

  @Test
  void everyMessageOfTheProtocol() throws Exception {
    WireSerializer serializer = new WireSerializer(system());
    List<Sample> samples = new ArrayList<>();
    Messages messages = new Messages(SEED, actor);
    for (Class<?> type : Messages.types()) {
      WireMessage example = messages.example(type);
      samples.add(
          new Sample(type, serializer.manifest(example), body(serializer.toBinary(example))));
    }
    fuzz(serializer, samples, WIRE);
  }

  @Test
  void messagesOfOnesOwn() throws Exception {
    ExperimentSerializer serializer = new ExperimentSerializer(system());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Outer example = outer(i);
      samples.add(
          new Sample(
              Outer.class, serializer.manifest(example), body(serializer.toBinary(example))));
    }
    fuzz(serializer, samples, EXPERIMENT);
  }

  private static Outer outer(int size) {
    List<Inner> inner = new ArrayList<>();
    Map<String, Long> measures = new HashMap<>();
    for (int i = 0; i < size; i++) {
      inner.add(new Inner("größe", Optional.of(Duration.ofNanos(i)), new double[i], Role.DATA));
      measures.put("m" + i, (long) i);
    }
    return new Outer(
        new Lineage("run", size),
        new int[size],
        inner,
        measures,
        Set.of("a", List.of(1, 2L, 3.0)),
        new String[size],
        actor);
  }

  private record Sample(Class<?> type, String manifest, byte[] body) {}

  private static void fuzz(
      SerializerWithStringManifest serializer, List<Sample> samples, int count) {
    Random random = new Random(SEED);
    Mutation mutation = new Mutation(random);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int refused = 0;
    double most = 0;
    for (int i = 0; i < count; i++) {
      Sample sample = samples.get(i % samples.size());
      byte[] body = mutation.of(sample.body(), samples.get(random.nextInt(samples.size())).body());
      byte[] message = WireSerializerTest.sealed(body);
      int number = i;
      Supplier<String> which =
          () -> "case %d of seed %d, a %s".formatted(number, SEED, sample.type().getSimpleName());
      long allocated = Long.MAX_VALUE;
      for (int go = 0; go < 20 && allocated > limit(message); go++) { // not what is made only once
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean understood = understood(serializer, sample, message, which);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
        refused += understood || go > 0 ? 0 : 1;
      }
      most = Math.max(most, (allocated - FOR_A_MESSAGE) / (double) message.length);
      if (allocated > limit(message)) {
        throw new AssertionError(
            "%d bytes for the %d of %s".formatted(allocated, message.length, which.get()));
      }
    }
    System.out.printf("%d of %d refused, %.1f bytes a byte%n", refused, count, most);
    assertThat(refused).isBetween(count / 4, count - 1);
  }

  private static long limit(byte[] message) {
    return FOR_A_MESSAGE + (long) FOR_A_BYTE * message.length;
  }

  private static boolean understood(
      SerializerWithStringManifest serializer,
      Sample sample,
      byte[] message,
      Supplier<String> which) {
    try {
      if (sample.type().isInstance(serializer.fromBinary(message, sample.manifest()))) {
        return true;
      }
      throw new IllegalStateException("it became something else");
    } catch (NotSerializableException expected) {
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(which.get(), e);
    }
  }

  private static byte[] body(byte[] message) {
    return Arrays.copyOfRange(message, Checksum.BYTES, message.length);
  }
}
