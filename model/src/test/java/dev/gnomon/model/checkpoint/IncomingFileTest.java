package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncomingFileTest {

  private static final int CHUNK = ChunkIndex.CHUNK_BYTES;

  @TempDir private Path folder;
  private final byte[] content = new byte[3 * CHUNK + 77];
  private Path place;
  private SavedFile saved;
  private ChunkIndex index;

  @BeforeEach
  void send() throws IOException {
    new Random(4).nextBytes(content);
    Path source = folder.resolve("source");
    Files.write(source, content);
    place = folder.resolve("here").resolve("trunk.safetensors");
    saved = saved(content);
    index = index(source);
  }

  private static SavedFile saved(byte[] bytes) {
    String hash = HexFormat.of().formatHex(WeightDigest.sha256().digest(bytes));
    return new SavedFile("trunk.safetensors", bytes.length, hash);
  }

  private static ChunkIndex index(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return ChunkIndex.of(channel);
    }
  }

  private IncomingFile begin() throws IOException {
    IncomingFile file = new IncomingFile(place, saved);
    file.describe(index);
    return file;
  }

  private boolean take(IncomingFile file, int chunk) throws IOException {
    return file.take(chunk, chunk(content, chunk));
  }

  private static ByteBuffer chunk(byte[] bytes, int chunk) {
    int from = chunk * CHUNK;
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, Math.min(from + CHUNK, bytes.length)));
  }

  private Path beside() {
    return place.resolveSibling(".trunk.safetensors.incoming");
  }

  @Test
  void chunksInAnyOrderMakeTheFile() throws IOException {
    try (IncomingFile file = begin()) {
      assertThat(file.chunks()).isEqualTo(4);
      assertThat(file.bytes(3)).isEqualTo(77);
      for (int chunk : new int[] {3, 0, 2, 1}) {
        assertThat(file.missing(0)).isEqualTo(chunk == 3 || chunk == 0 ? 0 : 1);
        assertThat(take(file, chunk)).isTrue();
      }
      assertThat(file.missing(0)).isEqualTo(4);
      assertThat(place).doesNotExist();
      file.complete();
    }
    assertThat(place).hasBinaryContent(content);
    assertThat(beside()).doesNotExist();
  }

  @Test
  void whatCameBeforeACutIsNotAskedForAgainEvenByAnotherProcess() throws IOException {
    try (IncomingFile file = begin()) {
      take(file, 0);
      take(file, 2);
    }
    damage(beside(), 2L * CHUNK + 5); // by the crash that cut it
    try (IncomingFile again = begin()) {
      assertThat(again.missing(0)).isEqualTo(1);
      assertThat(again.missing(2)).isEqualTo(2);
      for (int chunk : new int[] {1, 2, 3}) {
        assertThat(take(again, chunk)).isTrue();
      }
      again.complete();
    }
    assertThat(place).hasBinaryContent(content);
  }

  private static void damage(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aChunkThatCameBrokenIsNotTaken() throws IOException {
    try (IncomingFile file = begin()) {
      byte[] broken = content.clone();
      broken[CHUNK + 9] ^= 1;
      assertThat(file.take(1, chunk(broken, 1))).isFalse();
      assertThat(file.take(1, ByteBuffer.wrap(content, CHUNK, CHUNK - 1))).isFalse();
      assertThat(file.missing(0)).isZero();
    }
  }

  @Test
  void aFileThatIsCutShortWhereItComesFromIsRefused() throws IOException {
    byte[] cut = Arrays.copyOf(content, 2 * CHUNK);
    Files.write(folder.resolve("source"), cut);
    try (IncomingFile file = new IncomingFile(place, saved)) {
      assertThatThrownBy(() -> file.describe(index(folder.resolve("source"))))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("has 2097152 bytes there, saved were 3145805");
    }
  }

  @Test
  void aFileThatIsDamagedWhereItComesFromIsRefusedAndNothingIsLeft() throws IOException {
    damage(folder.resolve("source"), 2 * CHUNK);
    byte[] damaged = Files.readAllBytes(folder.resolve("source"));
    try (IncomingFile file = new IncomingFile(place, saved)) {
      file.describe(index(folder.resolve("source")));
      for (int chunk = 0; chunk < 4; chunk++) {
        assertThat(file.take(chunk, chunk(damaged, chunk))).isTrue();
      }
      assertThatThrownBy(file::complete)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("it is damaged where it came from");
    }
    assertThat(place.getParent()).isEmptyDirectory();
  }

  @Test
  void twoProcessesThatBringTheSameFileDoEachOtherNoHarm() throws IOException {
    try (IncomingFile one = begin();
        IncomingFile other = begin()) {
      for (int chunk = 0; chunk < 4; chunk++) {
        take(one, chunk);
        take(other, 3 - chunk);
      }
      one.complete();
      other.complete();
    }
    assertThat(place).hasBinaryContent(content);
  }

  @Test
  void whereNothingCanBeWrittenTheErrorNamesTheFile() throws IOException {
    Files.writeString(folder.resolve("here"), "no folder");
    assertThatThrownBy(this::begin)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(place + ": can not be written");
  }

  @Test
  void anEmptyFileNeedsNoChunk() throws IOException {
    Path nothing = Files.createFile(folder.resolve("nothing"));
    try (IncomingFile file = new IncomingFile(place, saved(new byte[0]))) {
      file.describe(index(nothing));
      assertThat(file.missing(0)).isZero();
      file.complete();
    }
    assertThat(place).isEmptyFile();
  }
}
