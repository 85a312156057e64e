package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import com.esotericsoftware.kryo.io.Output;
import com.sun.management.ThreadMXBean;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages of someone's own cross nodes as plain records, if they are listed. */
class ExperimentSerializerTest {

  private ActorTestKit kit =
      kit(Entropy.class, Part.class, Large.class, Wrapped.class, Nested.class);

  record Part(String name, Optional<Duration> age) {}

  record Entropy(
      Lineage lineage,
      float[] values,
      List<Part> parts,
      Map<String, Double> measures,
      ActorRef<String> replyTo)
      implements ExperimentMessage {}

  record Large(byte[] bytes) implements ExperimentMessage {}

  record Unlisted(int value) implements ExperimentMessage {}

  record Hidden(int value) {}

  record Wrapped(Hidden hidden) implements ExperimentMessage {}

  record Nested(List<?> lists) implements ExperimentMessage {}

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  @Test
  void aListedRecordSurvivesWithEverythingInIt() throws Exception {
    TestProbe<String> probe = kit.createTestProbe(String.class);
    Entropy message = entropy(probe.getRef());

    Entropy back = (Entropy) back(message);
    back.replyTo().tell("here");

    assertThat(back.lineage()).isEqualTo(message.lineage());
    assertThat(back.values()).containsExactly(message.values());
    assertThat(back.parts()).isEqualTo(message.parts());
    assertThat(back.measures()).isEqualTo(message.measures());
    assertThat(probe.receiveMessage()).isEqualTo("here");
  }

  @Test
  void anUnlistedClassIsRefused() {
    assertThatThrownBy(() -> serializer().toBinary(new Unlisted(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unlisted")
        .hasMessageContaining("gnomon.experiment.messages");
  }

  @Test
  void anUnlistedClassInAFieldIsRefused() {
    assertThatThrownBy(() -> serializer().toBinary(new Wrapped(new Hidden(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Hidden")
        .hasMessageContaining("gnomon.experiment.messages");
  }

  @Test
  void aNodeWithAnotherListRefusesInsteadOfMistaking() {
    byte[] bytes = serializer().toBinary(new Large(new byte[3]));
    String manifest = serializer().manifest(new Large(new byte[3]));
    close();
    kit = kit(Part.class, Large.class);

    assertThatThrownBy(() -> serializer().fromBinary(bytes, manifest))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("Large")
        .hasMessageContaining("lists other classes under gnomon.experiment.messages");
  }

  @Test
  void cutOrChangedBytesAreRefused() {
    Entropy message = entropy(kit.createTestProbe(String.class).getRef());
    SerializerWithStringManifest serializer = serializer();
    byte[] bytes = serializer.toBinary(message);
    String manifest = serializer.manifest(message);
    Random random = new Random(1);
    for (int at = 0; at < bytes.length; at++) {
      byte[] cut = Arrays.copyOf(bytes, at);
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      for (byte[] wrong : List.of(cut, flipped)) {
        assertThatThrownBy(() -> serializer.fromBinary(wrong, manifest))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("Entropy");
      }
    }
  }

  @Test
  void aMessageThatNamesAClassIsRefused() {
    Output output = new Output(200);
    output.writeVarInt(1, true); // what Kryo writes before a name
    output.writeVarInt(0, true);
    output.writeString(Unlisted.class.getName());
    assertRefused(Large.class, output.toBytes(), "it names a class");
  }

  @Test
  void aClaimedLengthIsNotAllocated() {
    byte[] body = body(new Large(new byte[100]));
    for (int at = 0; at < 4; at++) { // the array's length is one of these
      Output claim = new Output(200);
      claim.writeBytes(body, 0, at);
      claim.writeVarInt(1 << 28, true);
      claim.writeBytes(body, at + 1, body.length - at - 1);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();

      assertRefused(Large.class, claim.toBytes(), "Large");

      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  /** Each list claims as much as its bytes could hold; together they hold the square of it. */
  @Test
  void claimsAreCountedTogether() {
    int lists = 2000;
    List<List<Object>> nulls = new ArrayList<>();
    for (int i = 0; i < lists; i++) {
      nulls.add(new ArrayList<>(Collections.nCopies(lists, null)));
    }

    byte[] body = body(new Nested(nulls));

    assertThat(body.length).isLessThan(10 * lists);
    assertRefused(Nested.class, body, "more than its bytes hold");
  }

  @Test
  void objectsThatAreDeepInEachOtherAreRefused() {
    byte[] two = body(new Nested(nested(2)));
    byte[] three = body(new Nested(nested(3)));
    int at = Arrays.mismatch(two, three);
    byte[] level = Arrays.copyOfRange(three, at - 3, at - 3 + three.length - two.length);
    Output deep = new Output(1 << 20, -1);
    deep.writeBytes(two, 0, at);
    for (int i = 0; i < 100_000; i++) {
      deep.writeBytes(level);
    }
    deep.writeBytes(two, at, two.length - at);

    assertRefused(Nested.class, deep.toBytes(), "Max depth exceeded");
  }

  private static List<Object> nested(int levels) {
    return levels == 0 ? new ArrayList<>() : new ArrayList<>(List.of(nested(levels - 1)));
  }

  private byte[] body(ExperimentMessage message) {
    byte[] bytes = serializer().toBinary(message);
    return Arrays.copyOfRange(bytes, Checksum.BYTES, bytes.length);
  }

  private void assertRefused(Class<?> type, byte[] body, String because) {
    SerializerWithStringManifest serializer = serializer();
    String manifest = serializer.manifest(new Unlisted(0)).replaceFirst(":.*", ":");
    assertThatThrownBy(
            () -> serializer.fromBinary(WireSerializerTest.sealed(body), manifest + type.getName()))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(because);
  }

  @Test
  void aMessageThatIsTooLargeIsAnErrorAtItsSender() {
    assertThatThrownBy(() -> serializer().toBinary(new Large(new byte[9 << 20])))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("Large")
        .hasMessageContaining("gnomon.wire.max-bytes");
  }

  @Test
  void aClassThatIsNotThereStopsTheStart() {
    var config =
        ConfigFactory.parseString("gnomon.experiment.messages = [\"com.example.Absent\"]")
            .withFallback(ConfigFactory.load());

    assertThatThrownBy(() -> ActorTestKit.create("absent", config))
        .isInstanceOf(ConfigException.BadValue.class)
        .hasMessageContaining("com.example.Absent")
        .hasMessageContaining("plugins/");
  }

  private Object back(ExperimentMessage message) throws Exception {
    var serialization = SerializationExtension.get(kit.system());
    byte[] bytes = serialization.serialize(message).get();
    return serialization
        .deserialize(bytes, serializer().identifier(), serializer().manifest(message))
        .get();
  }

  private SerializerWithStringManifest serializer() {
    return (SerializerWithStringManifest)
        SerializationExtension.get(kit.system()).findSerializerFor(new Unlisted(0));
  }

  private static Entropy entropy(ActorRef<String> replyTo) {
    return new Entropy(
        new Lineage("run", 2),
        new float[] {1, Float.NaN, -0f},
        List.of(new Part("a", Optional.of(Duration.ofMillis(5))), new Part("b", Optional.empty())),
        Map.of("entropy", 1.5),
        replyTo);
  }

  private static ActorTestKit kit(Class<?>... listed) {
    String names =
        Stream.of(listed).map(c -> '"' + c.getName() + '"').collect(Collectors.joining(","));
    return ActorTestKit.create(
        "experiment",
        ConfigFactory.parseString("gnomon.experiment.messages = [" + names + "]")
            .withFallback(ConfigFactory.load()));
  }
}
