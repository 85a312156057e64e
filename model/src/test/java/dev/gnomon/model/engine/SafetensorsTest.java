package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameAFile() {
    file = directory.resolve("weights.safetensors");
  }

  /** Written by safetensors 0.8.0 for Python, which pads its header with spaces to whole words. */
  @Test
  void aFileOfThePythonLibraryIsReadWithItsPaddingAndItsTexts() throws Exception {
    Path original = Path.of(getClass().getResource("/python-library.safetensors").toURI());
    byte[] all = Files.readAllBytes(original);
    int length = Math.toIntExact(ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong());

    WeightSet weights = Safetensors.read(original);

    assertThat(new String(all, 8, length, StandardCharsets.UTF_8))
        .startsWith("{\"__metadata__\":{")
        .endsWith("}      ");
    assertThat(Safetensors.metadata(original))
        .isEqualTo(Map.of("source", "safetensors 0.8.0", "note", "two\nlines"));
    assertThat(weights.names())
        .containsExactly("scalar", "wide", "größe ✓", "none", "bytes", "flags");
    assertThat(weights.get("scalar").shape()).isEmpty();
    assertThat(weights.get("scalar").longs()).containsExactly(-3);
    assertThat(weights.get("wide").doubles()).containsExactly(2.5, -0.0);
    assertThat(weights.get("größe ✓").shape()).containsExactly(2, 3);
    assertThat(weights.get("größe ✓").floats()).containsExactly(0, 0.25f, 0.5f, 0.75f, 1, 1.25f);
    assertThat(weights.get("none").shape()).containsExactly(0, 4);
    assertThat(weights.get("bytes").data()).isEqualTo(bytes(7, 8, 9));
    assertThat(weights.get("flags").data()).isEqualTo(bytes(1, 0));
  }

  @Test
  void theWrittenBytesFollowTheFormat() throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("bytes", new HostTensor(HostTensor.Type.U8, new long[] {3}, bytes(7, 8, 9)));
    tensors.put("wide", HostTensor.of(new double[] {2.5}, 1));
    Safetensors.write(file, new WeightSet(tensors), Map.of("step", "4"));

    byte[] all = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(in.getLong());
    String header = new String(all, 8, length, StandardCharsets.UTF_8);
    assertThat(length % 8).isZero();
    assertThat(header.stripTrailing())
        .isEqualTo(
            "{\"__metadata__\":{\"step\":\"4\"},"
                + "\"bytes\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[8,11]},"
                + "\"wide\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}");
    assertThat(in.getDouble(8 + length)).isEqualTo(2.5);
    assertThat(Arrays.copyOfRange(all, 8 + length + 8, all.length)).containsExactly(7, 8, 9);
    assertThat(Safetensors.read(file).names()).containsExactly("bytes", "wide");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}                | takes 8 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}                | behind
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                 | tells of 8 bytes
          {"a":{"dtype":"F64","shape":[4],"data_offsets":[0,32]}}                | tells of 32 bytes
          {"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[1],"data_offsets":[4,12]}} | inside
          {"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}} | uplicate
          {"a":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]}}               | BF16
          {"a":{"shape":[8],"data_offsets":[0,16]}}                              | dtype of a
          {"a":{"dtype":"U8","shape":[-16],"data_offsets":[0,16]}}               | shape of a
          {"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,16]}}               | shape of a
          {"a":{"dtype":"U8","shape":16,"data_offsets":[0,16]}}                  | shape of a
          {"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,16]}} | shape of a
          {"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}} | over 2 GiB
          {"a":{"dtype":"U8","shape":[16],"data_offsets":[16,0]}}                | data_offsets of a
          {"a":{"dtype":"U8","shape":[16],"data_offsets":[0]}}                   | data_offsets of a
          {"a":{"dtype":"U8","shape":[16]}}                                      | data_offsets of a
          {"a":null}                                                             | dtype of a
          {"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}} | __metadata__.k
          {"__metadata__":[],"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}} | __metadata__
          {"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}} {}             | not JSON
          {"a":{"dtype":"U8"                                                     | not JSON
          [1]                                                                    | start with
          """)
  void aHeaderThatDoesNotAddUpIsRefused(String header, String reason) throws IOException {
    write(header.length(), header.getBytes(StandardCharsets.UTF_8), 16);

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
    assertThatThrownBy(() -> Safetensors.metadata(file)).isInstanceOf(SafetensorsException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 100_000_001, 17, 1L << 40})
  void aHeaderLengthOutsideTheFileIsRefused(long length) throws IOException {
    write(length, new byte[0], 16);

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("header");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    write(4, new byte[] {'{', (byte) 0xC3, '(', '}'}, 0);

    assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("not UTF-8");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessage(file + ": no such file");
  }

  @Test
  void booleansAreReadAsBytes() throws IOException {
    byte[] header = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}".getBytes();
    write(header.length, header, 2);

    assertThat(Safetensors.read(file).get("a").type()).isEqualTo(HostTensor.Type.U8);
  }

  @Test
  void tensorsBehindTheFirstFourGibibytesAreRead() throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2147483647],\"data_offsets\":[0,2147483647]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[2147483647],\"data_offsets\":[2147483647,4294967294]},"
            + "\"c\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4294967294,4294967302]}}";
    write(header.length(), header.getBytes(StandardCharsets.UTF_8), 0);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.seek(8 + header.length() + 4294967294L);
      sparse.write(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(1.5f)
              .putFloat(-2f)
              .array());
    }
    assertThat(Safetensors.read(file).get("c").floats()).containsExactly(1.5f, -2f);
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingBesideIt() throws IOException {
    Safetensors.write(
        file, new WeightSet(Map.of("a", HostTensor.of(new float[] {1}, 1))), Map.of());

    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[100]));
                      throw new IOException("no space left on device");
                    }))
        .hasMessage(file + ": can not be written: no space left on device");

    assertThat(Safetensors.read(file).get("a").floats()).containsExactly(1f);
    try (var names = Files.list(directory)) {
      assertThat(names).containsExactly(file);
    }
  }

  private void write(long headerLength, byte[] header, int dataBytes) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(8 + header.length + dataBytes);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength).put(header).position(0);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(all);
    }
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    Arrays.stream(values).forEach(value -> bytes.put((byte) value));
    return bytes.flip();
  }
}
