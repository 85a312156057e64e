package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializationExtension;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.sun.management.ThreadMXBean;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.protocol.v1.CommonProto;
import dev.gnomon.protocol.v1.CoordinatorProto;
import dev.gnomon.protocol.v1.TrainerProto;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes wrong on the wire is one clear error. */
class WireSerializerTest {

  private static ActorTestKit kit;
  private static WireSerializer serializer;
  private static Messages examples;

  private record Tick() implements LocalMessage {}

  private record Old(String text) implements Serializable {}

  @BeforeAll
  static void open() {
    kit = ActorTestKit.create();
    serializer = new WireSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
    examples = new Messages(7, kit.createTestProbe(Object.class).getRef());
  }

  @AfterAll
  static void close() {
    kit.shutdownTestKit();
  }

  @Test
  void aMessageCutAnywhereIsRefused() {
    for (WireMessage message : examples.all()) {
      byte[] bytes = serializer.toBinary(message);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> serializer.fromBinary(cut, serializer.manifest(message)))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining(message.getClass().getSimpleName())
            .hasMessageContaining("cut short");
      }
    }
  }

  @Test
  void aMessageWithOneFlippedBitIsRefused() {
    Random random = new Random(3);
    for (WireMessage message : examples.all()) {
      byte[] bytes = serializer.toBinary(message);
      for (int at = 0; at < bytes.length; at++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        assertThatThrownBy(() -> serializer.fromBinary(flipped, serializer.manifest(message)))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining(message.getClass().getSimpleName())
            .hasMessageContaining("checksum");
      }
    }
  }

  @Test
  void nonsenseBehindARightChecksumIsRefusedOrAMessage() throws Exception {
    Random random = new Random(5);
    for (WireMessage message : examples.all()) {
      byte[] bytes = serializer.toBinary(message);
      for (int i = 0; i < 200 && bytes.length > Checksum.BYTES; i++) {
        byte[] changed = bytes.clone();
        changed[Checksum.BYTES + random.nextInt(bytes.length - Checksum.BYTES)] =
            (byte) random.nextInt();
        Checksum.write(ByteBuffer.wrap(changed), 0, changed.length);
        try {
          assertThat(serializer.fromBinary(changed, serializer.manifest(message)))
              .isInstanceOf(message.getClass());
        } catch (NotSerializableException e) {
          assertThat(e).hasMessageContaining(message.getClass().getSimpleName());
        }
      }
    }
  }

  @Test
  void aClaimedSizeIsNotAllocated() throws Exception {
    byte[] body = new byte[32];
    CodedOutputStream out = CodedOutputStream.newInstance(body);
    out.writeTag(CommonProto.Batch.PIXELS_FIELD_NUMBER, 2);
    out.writeUInt32NoTag(1 << 30);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (ByteBuffer buffer :
        new ByteBuffer[] {ByteBuffer.wrap(sealed(body)), direct(sealed(body))}) {
      long before = threads.getCurrentThreadAllocatedBytes();

      assertThatThrownBy(() -> serializer.fromBinary(buffer, "BA"))
          .isInstanceOf(NotSerializableException.class)
          .hasMessageContaining("Batch of 36 bytes");

      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }
  }

  @Test
  void arraysThatDoNotFitTogetherAreRefused() {
    CommonProto.Batch batch =
        CommonProto.Batch.newBuilder()
            .setStep(12)
            .setChannels(3)
            .setSize(32)
            .setPixels(ByteString.copyFrom(new byte[100]))
            .build();
    TrainerProto.Conditions conditions =
        TrainerProto.Conditions.newBuilder().setCodes(ByteString.copyFrom(new byte[7])).build();

    assertThatThrownBy(() -> serializer.fromBinary(sealed(batch.toByteArray()), "BA"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("batch 12: 100 pixels, 0 ids");
    assertThatThrownBy(() -> serializer.fromBinary(sealed(conditions.toByteArray()), "TN"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("7 bytes");
  }

  @Test
  void aRoleThisNodeDoesNotKnowIsRefused() {
    CoordinatorProto.Idle idle =
        CoordinatorProto.Idle.newBuilder().setRoleValue(99).setActor("/user/new").build();

    assertThatThrownBy(() -> serializer.fromBinary(sealed(idle.toByteArray()), "CI"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("its Role is missing or one this node does not know");
  }

  @Test
  void anActorThatIsMissingIsRefused() {
    assertThatThrownBy(() -> serializer.fromBinary(sealed(new byte[0]), "OQ"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("an actor it refers to is missing");
  }

  @Test
  void anUnknownManifestSaysThatVersionsDiffer() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[8], "??"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("'??'")
        .hasMessageContaining("another version of Gnomon");
  }

  @Test
  void aMessageThatIsTooLargeIsAnErrorAtItsSender() {
    int side = 2048;
    Batch batch =
        new Batch(
            new Lineage("run", 1), 40, 3, side, new byte[3 * side * side], new long[1], new int[1]);

    for (Runnable send :
        new Runnable[] {
          () -> serializer.toBinary(batch),
          () -> serializer.toBinary(batch, ByteBuffer.allocate(16 << 20))
        }) {
      assertThatThrownBy(send::run)
          .isInstanceOf(MessageTooLargeException.class)
          .hasMessageContaining("Batch is 125829")
          .hasMessageContaining("8388608")
          .hasMessageContaining("gnomon.wire.max-bytes");
    }
  }

  @Test
  void whatAnActorSendsToItselfNeverLeavesIt() {
    assertThatThrownBy(() -> serializer.toBinary(new Tick()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Tick")
        .hasMessageContaining("only send to itself");
  }

  @Test
  void framesWithoutRoomForTheLargestMessageStopTheStart() {
    var config =
        ConfigFactory.parseString(
                """
                akka.actor.provider = cluster
                gnomon.wire.max-bytes = 64 MiB
                """)
            .withFallback(ConfigFactory.load());

    assertThatThrownBy(() -> WireLimit.of(config))
        .isInstanceOf(ConfigException.BadValue.class)
        .hasMessageContaining("maximum-frame-size")
        .hasMessageContaining("set at least 67174400");
  }

  @Test
  void javaSerializationIsOff() {
    var serialization = SerializationExtension.get(kit.system());

    assertThat(serialization.serialize(new Old("x")).isFailure()).isTrue();
    assertThat(serialization.deserialize(new byte[] {1}, 1, "").isFailure()).isTrue();
  }

  @Test
  void anActorThatCrossedTheWireStillAnswers() throws Exception {
    TestProbe<Batch> probe = kit.createTestProbe(Batch.class);
    BatchRequest request = new BatchRequest(new Lineage("run", 1), 3, probe.getRef());
    Batch batch =
        new Batch(request.lineage(), 3, 1, 2, new byte[4], new long[] {9}, new int[] {-1});

    BatchRequest back =
        (BatchRequest)
            serializer.fromBinary(serializer.toBinary(request), serializer.manifest(request));
    back.replyTo().tell(batch);

    assertThat(back.replyTo()).isEqualTo(probe.getRef());
    assertThat(probe.receiveMessage()).isSameAs(batch);
  }

  /** A body behind its right checksum. */
  static byte[] sealed(byte[] body) {
    byte[] message = new byte[Checksum.BYTES + body.length];
    System.arraycopy(body, 0, message, Checksum.BYTES, body.length);
    Checksum.write(ByteBuffer.wrap(message), 0, message.length);
    return message;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
