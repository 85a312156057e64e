package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

class SafetensorsPropertyTest {
  private Path file;

  @BeforeProperty
  void createFile() throws IOException {
    file = Files.createTempFile("properties", ".safetensors");
  }

  @AfterProperty
  void deleteFile() throws IOException {
    Files.delete(file);
  }

  @Property(tries = 300)
  void whatIsWrittenReadsBack(
      @ForAll("weights") WeightSet weights, @ForAll("texts") Map<String, String> metadata)
      throws IOException {
    Safetensors.write(file, weights, metadata);

    assertThat(Safetensors.read(file)).isEqualTo(weights);
    assertThat(Safetensors.metadata(file)).isEqualTo(metadata);
  }

  @Property(tries = 50)
  void everyCutIsRefused(@ForAll("weights") WeightSet weights) throws IOException {
    Safetensors.write(file, weights, Map.of("kept", "text"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int last = weights.bytes() == 0 ? (int) channel.size() - 9 : (int) channel.size() - 1;
      int stride = Math.max(1, last / 100);
      for (int length = last; length >= 0; length -= stride) {
        channel.truncate(length);
        assertThatThrownBy(() -> Safetensors.read(file))
            .isInstanceOf(SafetensorsException.class)
            .hasMessageContaining(file.toString());
      }
    }
  }

  /** A flipped bit that still makes a header can have changed a text in it, and nothing else. */
  @Property(tries = 30)
  void everyFlippedBitOfTheHeaderIsRefusedOrChangesAName(@ForAll("weights") WeightSet weights)
      throws IOException {
    Map<String, String> metadata = Map.of("kept", "text");
    Safetensors.write(file, weights, metadata);
    byte[] sound = Files.readAllBytes(file);
    int header = Math.toIntExact(sound.length - weights.bytes());
    for (int at = 0; at < header; at++) {
      byte[] damaged = sound.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      Files.write(file, damaged);
      try {
        WeightSet read = Safetensors.read(file);
        assertThat(at).as("a flip in the length").isGreaterThanOrEqualTo(Long.BYTES);
        assertThat(bytes(read)).isEqualTo(bytes(weights));
        if (read.names().equals(weights.names()) && !hasEmpty(weights)) {
          assertThat(Safetensors.metadata(file)).isNotEqualTo(metadata);
        }
      } catch (SafetensorsException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
  }

  /** The bytes of each tensor, in order, whatever the tensors are called. */
  private static List<ByteBuffer> bytes(WeightSet weights) {
    return weights.tensors().values().stream().map(HostTensor::data).toList();
  }

  /** Whether an extent could change without any byte to show for it. */
  private static boolean hasEmpty(WeightSet weights) {
    return weights.tensors().values().stream().anyMatch(tensor -> !tensor.data().hasRemaining());
  }

  @Provide
  Arbitrary<WeightSet> weights() {
    Arbitrary<String> names = Arbitraries.strings().ofMinLength(1).ofMaxLength(12);
    return Arbitraries.maps(names, tensors())
        .ofMaxSize(8)
        .map(tensors -> new WeightSet(new LinkedHashMap<>(tensors)));
  }

  @Provide
  Arbitrary<Map<String, String>> texts() {
    return Arbitraries.maps(
            Arbitraries.strings().ofMaxLength(9), Arbitraries.strings().ofMaxLength(9))
        .ofMaxSize(4);
  }

  private static Arbitrary<HostTensor> tensors() {
    return Combinators.combine(
            Arbitraries.of(HostTensor.Type.class),
            Arbitraries.longs().between(0, 5).list().ofMaxSize(3),
            Arbitraries.longs())
        .as(SafetensorsPropertyTest::tensor);
  }

  private static HostTensor tensor(HostTensor.Type type, List<Long> extents, long seed) {
    long[] shape = extents.stream().mapToLong(Long::longValue).toArray();
    long elements = extents.stream().reduce(1L, (a, b) -> a * b);
    byte[] bytes = new byte[(int) elements * type.bytes()];
    new Random(seed).nextBytes(bytes);
    return new HostTensor(type, shape, ByteBuffer.wrap(bytes));
  }
}
