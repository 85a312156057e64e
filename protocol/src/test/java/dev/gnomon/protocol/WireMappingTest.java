package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What goes in comes out, for every message there is. */
class WireMappingTest {

  private static ActorTestKit kit;
  private static Serialization serialization;
  private static ActorRef<Object> actor;

  @BeforeContainer
  static void open() {
    kit = ActorTestKit.create();
    serialization = SerializationExtension.get(kit.system());
    actor = kit.spawn(Behaviors.ignore());
  }

  @AfterContainer
  static void close() {
    kit.shutdownTestKit();
  }

  @Example
  void everyRecordOfEverySealedInterfaceHasAMapping() {
    List<Class<?>> mapped =
        WireSerializer.mappings(ActorRefResolver.get(kit.system())).stream()
            .<Class<?>>map(Mapping::type)
            .toList();

    assertThat(mapped).doesNotHaveDuplicates().hasSameElementsAs(Messages.types());
  }

  @Example
  void everyRoleAndBlockKindHasItsProtobufValue() {
    assertThat(Role.values()).allMatch(r -> SharedWire.decode(SharedWire.encode(r)) == r);
    assertThat(BlockKind.values()).allMatch(k -> SharedWire.decode(SharedWire.encode(k)) == k);
  }

  @Example
  void manifestsAreShortAndOneEach() {
    List<String> manifests =
        WireSerializer.mappings(ActorRefResolver.get(kit.system())).stream()
            .map(Mapping::manifest)
            .toList();

    assertThat(manifests).doesNotHaveDuplicates().allMatch(m -> m.length() == 2);
  }

  @Property
  void everyMessageSurvivesAsAnArray(@ForAll long seed) throws Exception {
    for (WireMessage message : messages(seed)) {
      byte[] bytes = serialization.serialize(message).get();
      SerializerWithStringManifest serializer = serializer(message);
      Object back =
          serialization
              .deserialize(bytes, serializer.identifier(), serializer.manifest(message))
              .get();

      assertThat(Messages.same(message, back)).as("%s became %s", message, back).isTrue();
    }
  }

  @Property
  void everyMessageSurvivesInAHeapBuffer(@ForAll long seed) throws Exception {
    survivesIn(ByteBuffer::allocate, seed);
  }

  @Property
  void everyMessageSurvivesInADirectBuffer(@ForAll long seed) throws Exception {
    survivesIn(ByteBuffer::allocateDirect, seed);
  }

  @Property
  void bufferAndArrayHoldTheSameBytes(@ForAll long seed) {
    for (WireMessage message : messages(seed)) {
      byte[] bytes = serializer(message).toBinary(message);
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length);

      ((ByteBufferSerializer) serializer(message)).toBinary(message, buffer);

      assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }
  }

  @Property
  void aBufferThatIsTooSmallIsLeftAlone(@ForAll long seed) {
    for (WireMessage message : messages(seed)) {
      SerializerWithStringManifest serializer = serializer(message);
      ByteBuffer buffer = ByteBuffer.allocate(serializer.toBinary(message).length - 1);

      assertThatThrownBy(() -> ((ByteBufferSerializer) serializer).toBinary(message, buffer))
          .isInstanceOf(BufferOverflowException.class);
      assertThat(buffer.position()).isZero();
    }
  }

  /** In the middle of a buffer, read back through a view that can not be written to. */
  private static void survivesIn(IntFunction<ByteBuffer> allocate, long seed) throws Exception {
    ByteBuffer buffer = allocate.apply(1 << 15);
    for (WireMessage message : messages(seed)) {
      ByteBufferSerializer serializer = (ByteBufferSerializer) serializer(message);
      serializer.toBinary(message, buffer.clear().position(13));
      ByteBuffer written = buffer.duplicate().flip().position(13).asReadOnlyBuffer();

      Object back = serializer.fromBinary(written, serializer(message).manifest(message));

      assertThat(written.remaining()).isZero();
      assertThat(Messages.same(message, back)).as("%s became %s", message, back).isTrue();
      for (int i = 0; i < buffer.capacity(); i++) {
        buffer.put(i, (byte) 0x55); // Akka uses it again for the next message
      }
      assertThat(Messages.same(message, back)).as("%s shares the buffer", back).isTrue();
    }
  }

  private static SerializerWithStringManifest serializer(WireMessage message) {
    return (SerializerWithStringManifest) serialization.findSerializerFor(message);
  }

  private static List<WireMessage> messages(long seed) {
    return new Messages(seed, actor).all();
  }
}
