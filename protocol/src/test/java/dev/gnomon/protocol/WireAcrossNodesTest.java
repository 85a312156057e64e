package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes, a socket between them. */
class WireAcrossNodesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Lineage LINEAGE = new Lineage("run", 1);

  private static ActorTestKit here;
  private static ActorTestKit there;

  @BeforeAll
  static void open() {
    Config config =
        ConfigFactory.parseString(
                """
                akka.actor.provider = cluster
                akka.cluster.jmx.multi-mbeans-in-same-jvm = on
                akka.coordinated-shutdown.exit-jvm = off
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                """)
            .withFallback(ConfigFactory.load());
    here = ActorTestKit.create("here", config);
    there = ActorTestKit.create("there", config);
  }

  @AfterAll
  static void close() {
    here.shutdownTestKit();
    there.shutdownTestKit();
  }

  @Test
  void everyMessageCrossesTheSocket() {
    TestProbe<Object> reader = there.createTestProbe(Object.class);
    ActorRef<Object> remote = fromHere(reader.getRef());
    List<WireMessage> sent = new Messages(11, remote).all();
    List<WireMessage> expected = new Messages(11, reader.getRef()).all();
    for (int i = 0; i < sent.size(); i++) {
      remote.tell(sent.get(i));

      Object received = reader.receiveMessage(PATIENCE);

      assertThat(Messages.same(expected.get(i), received))
          .as("%s became %s", sent.get(i), received)
          .isTrue();
    }
  }

  @Test
  void aRequestIsAnsweredWithAWholeBatchOfImages() {
    TestProbe<LoaderMessage> loader = there.createTestProbe(LoaderMessage.class);
    TestProbe<Batch> trainer = here.createTestProbe(Batch.class);
    byte[] pixels = new byte[512 * 3 * 64 * 64];
    pixels[pixels.length - 1] = 42;

    fromHere(loader.getRef()).tell(new BatchRequest(LINEAGE, 5, trainer.getRef()));
    BatchRequest request = (BatchRequest) loader.receiveMessage(PATIENCE);
    request
        .replyTo()
        .tell(new Batch(request.lineage(), 5, 3, 64, pixels, new long[512], new int[512]));

    assertThat(trainer.receiveMessage(PATIENCE).pixels()).containsExactly(pixels);
  }

  @Test
  void aMessageThatIsTooLargeIsAnErrorInTheLogOfItsSender() {
    TestProbe<Object> reader = there.createTestProbe(Object.class);
    ActorRef<Object> remote = fromHere(reader.getRef());

    LoggingTestKit.error("Taps")
        .withCause(MessageTooLargeException.class)
        .expect(
            here.system(),
            () -> {
              remote.tell(
                  new Taps(
                      LINEAGE,
                      1,
                      new float[3 << 20],
                      new float[0],
                      new int[0],
                      new int[0],
                      new long[0],
                      false));
              return null;
            });

    remote.tell(new Halt(LINEAGE));
    assertThat(reader.receiveMessage(PATIENCE)).isEqualTo(new Halt(LINEAGE));
  }

  private static <T> ActorRef<T> fromHere(ActorRef<T> over) {
    String name = ActorRefResolver.get(there.system()).toSerializationFormat(over);
    return ActorRefResolver.get(here.system()).resolveActorRef(name);
  }
}
