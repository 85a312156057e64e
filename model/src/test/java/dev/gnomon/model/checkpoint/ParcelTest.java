package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.engine.HostMemory;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.SafetensorsImage;
import dev.gnomon.model.engine.WeightSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParcelTest {

  @TempDir private Path folder;

  static WeightSet weights() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    float[] large = new float[700_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = i * 0.37f;
    }
    tensors.put("step", HostTensor.of(new long[] {42}));
    tensors.put("large", HostTensor.of(large, 700, 1000));
    tensors.put("empty", HostTensor.of(new float[0], 0, 3));
    tensors.put("small", HostTensor.of(new float[] {1, 2, 3}, 3));
    return new WeightSet(tensors);
  }

  private static byte[] file(WeightSet weights) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Safetensors.write(Channels.newChannel(bytes), weights, Map.of());
    return bytes.toByteArray();
  }

  private static byte[] joined(List<ByteBuffer> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer part : parts) {
      byte[] copy = new byte[part.remaining()];
      part.duplicate().get(copy);
      bytes.writeBytes(copy);
    }
    return bytes.toByteArray();
  }

  @Test
  void anImageIsTheFileByteForByte() throws IOException {
    Parcel parcel = Parcel.of(weights());
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int chunk = 0; chunk < parcel.index().chunks(); chunk++) {
      chunks.writeBytes(joined(parcel.chunk(chunk)));
    }
    assertThat(parcel.index().chunks()).isEqualTo(3);
    assertThat(chunks.toByteArray()).isEqualTo(file(weights()));
    byte[] odd = joined(parcel.image().range(77, 12_345));
    assertThat(odd).isEqualTo(java.util.Arrays.copyOfRange(file(weights()), 77, 77 + 12_345));
  }

  /** RFC 3720 appendix B.4 and the CRC catalogue's check value for CRC-32C. */
  @Test
  void checksumsAreCrc32c() {
    byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(ChunkIndex.of(9, (from, count) -> List.of(ByteBuffer.wrap(check))).sums())
        .containsExactly(0xe3069283);
    byte[] zeros = new byte[32];
    assertThat(ChunkIndex.of(32, (from, count) -> List.of(ByteBuffer.wrap(zeros))).sums())
        .containsExactly(0x8a9136aa);
  }

  @Test
  void theDigestTellsEveryByteAndTheSize() throws IOException {
    byte[] bytes = file(weights());
    ChunkIndex index = index(bytes);
    assertThat(index.digest()).isEqualTo(Parcel.of(weights()).digest());
    for (int at : new int[] {0, 9, 1 << 20, bytes.length - 1}) {
      bytes[at] ^= 1;
      assertThat(index(bytes).digest()).isNotEqualTo(index.digest());
      bytes[at] ^= 1;
    }
    assertThat(new ChunkIndex(index.size() - 1, index.sums()).digest())
        .isNotEqualTo(index.digest());
  }

  private static ChunkIndex index(byte[] bytes) {
    return ChunkIndex.of(
        bytes.length, (from, count) -> List.of(ByteBuffer.wrap(bytes, (int) from, count)));
  }

  @Test
  void anIncomingImageBecomesTheWeights() {
    Parcel sent = Parcel.of(weights());
    SafetensorsImage received =
        SafetensorsImage.incoming(sent.image().head(), sent.image().size(), HostMemory::new);
    Parcel parcel = new Parcel(received, sent.index());
    for (int chunk : new int[] {2, 0, 1}) {
      ByteBuffer bytes = ByteBuffer.wrap(joined(sent.behindHead(chunk)));
      for (ByteBuffer part : parcel.behindHead(chunk)) {
        part.put(bytes.slice(bytes.position(), part.remaining()));
        bytes.position(bytes.position() + part.position());
      }
      assertThat(sent.index().holds(chunk, parcel.chunk(chunk))).isTrue();
    }
    assertThat(received.weights()).isEqualTo(weights());
    assertThat(received.weights().names()).containsExactlyElementsOf(weights().names());
  }

  @Test
  void aHeadThatDoesNotFitIsRefusedBeforeAnythingIsAllocated() {
    byte[] head = Parcel.of(weights()).image().head();
    long size = Parcel.of(weights()).image().size();
    assertThatThrownBy(() -> SafetensorsImage.incoming(head, size + 1, sizes -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the header tells of");
    assertThatThrownBy(
            () -> SafetensorsImage.incoming(java.util.Arrays.copyOf(head, 5), size, sizes -> null))
        .isInstanceOf(IllegalArgumentException.class);
    head[20] = '}';
    assertThatThrownBy(() -> SafetensorsImage.incoming(head, size, sizes -> null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVersionFileIsReadAsItWasWritten() throws IOException {
    VersionFiles files = new VersionFiles(folder.resolve("versions"));
    Parcel parcel = Parcel.of(weights());
    Path file = files.write(1, 8, parcel);
    assertThat(files.read(file, parcel.digest())).isEqualTo(weights());
    assertThat(Files.readAllBytes(file)).isEqualTo(file(weights()));
    WeightSet first = files.read(file, parcel.digest());
    first.release();
    assertThat(files.read(file, parcel.digest()).get("large").data())
        .as("in the same memory")
        .isEqualTo(first.get("large").data());
  }

  @Test
  void aVersionFileThatIsNotTheAnnouncedOneIsRefused() throws IOException {
    VersionFiles files = new VersionFiles(folder);
    Parcel parcel = Parcel.of(weights());
    Path file = files.write(1, 8, parcel);
    assertThatThrownBy(() -> files.read(file, "00"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not those that were announced");
    try (RandomAccessFile broken = new RandomAccessFile(file.toFile(), "rw")) {
      broken.seek(1_500_000);
      broken.write(99);
    }
    assertThatThrownBy(() -> files.read(file, parcel.digest()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not those that were announced");
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(1_500_000);
    }
    assertThatThrownBy(() -> files.read(file, parcel.digest()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, 0});
    assertThatThrownBy(() -> files.read(file, parcel.digest()))
        .hasMessageContaining("its header would be longer than itself");
    assertThatThrownBy(() -> files.read(folder.resolve("no"), parcel.digest()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void retiredVersionsGo() throws IOException {
    VersionFiles files = new VersionFiles(folder);
    Parcel parcel = Parcel.of(weights());
    Path old = files.write(1, 99, parcel);
    Path retired = files.write(2, 8, parcel);
    Path kept = files.write(2, 16, parcel);
    files.retire(2, 16);
    assertThat(old).doesNotExist();
    assertThat(retired).doesNotExist();
    assertThat(kept).exists();
    files.clear();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatIsWrittenOverIsAsIfItWereNew() throws IOException {
    VersionFiles files = new VersionFiles(folder);
    files.write(1, 8, Parcel.of(weights()));
    files.retire(1, 9);
    Parcel smaller = Parcel.of(weights().under("s"));
    Path file = files.write(1, 16, smaller);
    assertThat(files.read(file, smaller.digest())).isEqualTo(weights().under("s"));
    assertThat(folder.toFile().list()).as("one file, used twice").hasSize(1);
  }

  @Test
  void whoReadsAFileWhileItIsWrittenOverSeesIt() throws IOException {
    VersionFiles files = new VersionFiles(folder);
    Parcel parcel = Parcel.of(weights());
    Path file = files.write(1, 8, parcel);
    Path same = Files.createLink(folder.resolve("opened before it was retired"), file);
    files.retire(1, 9);
    files.write(1, 16, Parcel.of(new WeightSet(Map.of("a", weights().get("large")))));
    assertThatThrownBy(() -> files.read(same, parcel.digest())).isInstanceOf(IOException.class);
  }

  @Test
  void whatAKilledWriterLeftIsCleared() throws IOException {
    Files.createFile(folder.resolve(".version-123.partial"));
    Path other = Files.createFile(folder.resolve("notes.txt"));
    new VersionFiles(folder).clear();
    assertThat(folder.toFile().list()).containsExactly("notes.txt");
    assertThat(other).exists();
  }
}
