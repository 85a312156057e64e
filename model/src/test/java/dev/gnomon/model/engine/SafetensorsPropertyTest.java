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

    SafetensorsTest.assertSame(Safetensors.read(file), weights);
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
