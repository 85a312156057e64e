package dev.gnomon.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.transport.Connections;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.checkpoint.WeightRegistry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of checkpoints from one folder to another. */
@Timeout(60)
class FileTransferTest {

  private static final InetSocketAddress FREE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int MB = 1 << 20;

  @TempDir private Path folder;
  private final byte[] content = new byte[12 * MB + 345];
  private final AtomicLong came = new AtomicLong();
  private final Transport transport = Transport.plain();
  private Path source;
  private Path place;
  private SavedFile saved;
  private WeightServer server;
  private FileExchange files;
  private String location;

  @BeforeEach
  void serve() throws Exception {
    new Random(3).nextBytes(content);
    source = Files.createDirectories(folder.resolve("there")).resolve(".step-000016.1.trunk.half");
    place = folder.resolve("here").resolve("trunk.safetensors");
    Files.write(source, content);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    saved = new SavedFile("trunk.safetensors", content.length, HexFormat.of().formatHex(hash));
    server = new WeightServer(new WeightRegistry(), transport, FREE);
    files = new ServedFiles("node", server, new WeightClient(Connections.plain(), 0));
    location = files.offer(saved, source);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    transport.close();
  }

  private final FileExchange.Recipient counting =
      new FileExchange.Recipient() {
        @Override
        public boolean wants() {
          return true;
        }

        @Override
        public void came(int bytes) {
          came.addAndGet(bytes);
        }
      };

  private void fetch(String from) throws IOException {
    files.fetch(from, saved, place, counting);
  }

  private static String behind(Proxy proxy) {
    return "proxy 127.0.0.1:" + proxy.address().getPort();
  }

  @Test
  void aFileComesAsItIs() throws IOException {
    fetch(location);
    assertThat(place).hasBinaryContent(content);
    assertThat(place.getParent().toFile().list()).containsExactly("trunk.safetensors");
    assertThat(came.get()).isEqualTo(content.length);
  }

  @Test
  void aTransferThatIsCutAgainAndAgainGoesOnWhereItWas() throws IOException {
    AtomicLong passed = new AtomicLong();
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) ->
                passed.addAndGet(count) < (connection + 1) * 2L * MB || connection > 8)) {
      fetch(behind(proxy));
      assertThat(proxy.connections()).as("more than are tried in vain").isGreaterThan(5);
    }
    assertThat(place).hasBinaryContent(content);
    assertThat(came.get()).as("each chunk once").isEqualTo(content.length);
  }

  @Test
  void whatCameBeforeTheProcessWasKilledIsNotFetchedAgain() throws IOException {
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) -> came.get() < 6L * MB && connection == 0)) {
      assertThatThrownBy(() -> fetch(behind(proxy)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not come from");
    }
    long before = came.getAndSet(0);
    assertThat(before).isGreaterThanOrEqualTo(6L * MB);
    assertThat(place).doesNotExist();
    fetch(location);
    assertThat(place).hasBinaryContent(content);
    assertThat(came.get() + before).isEqualTo(content.length);
  }

  @Test
  void aChunkThatIsCorruptedOnItsWayIsFetchedAgain() throws IOException {
    AtomicLong passed = new AtomicLong();
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) -> {
              if (connection == 0 && passed.addAndGet(count) > 5L * MB) {
                bytes[count / 2] ^= 4;
              }
              return true;
            })) {
      fetch(behind(proxy));
      assertThat(proxy.connections()).isEqualTo(2);
    }
    assertThat(place).hasBinaryContent(content);
  }

  @Test
  void aFileThatIsDamagedWhereItLiesIsRefused() throws IOException {
    byte[] damaged = content.clone();
    damaged[7 * MB] ^= 1;
    Files.write(source, damaged);
    assertThatThrownBy(() -> fetch(location))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("damaged where it came from");
    assertThat(place.getParent()).isEmptyDirectory();
  }

  @Test
  void aFileThatIsCutShortWhereItLiesIsRefused() throws IOException {
    Files.write(source, java.util.Arrays.copyOf(content, 9 * MB));
    assertThatThrownBy(() -> fetch(location))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has 9437184 bytes there, saved were 12583257");
  }

  @Test
  void aFileThatIsRemovedWhileItIsFetchedStillComes() throws IOException {
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) -> {
              if (came.get() > 2L * MB) {
                source.toFile().delete();
              }
              return true;
            })) {
      fetch(behind(proxy));
    }
    assertThat(place).hasBinaryContent(content);
  }

  @Test
  void whatIsNoLongerThereOrWasNeverOfferedIsAbsentAtOnce() throws IOException {
    Files.delete(source);
    assertThatThrownBy(() -> fetch(location))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("trunk.safetensors is not at");
    SavedFile other = new SavedFile("assigner.safetensors", 7, "00");
    assertThatThrownBy(() -> files.fetch(location, other, place, () -> true))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void aFileThatIsOfferedFromTwoPathsComesFromTheLater() throws IOException {
    files.offer(saved, Files.move(source, folder.resolve("moved")));
    fetch(location);
    assertThat(place).hasBinaryContent(content);
  }

  @Test
  void whereNothingCanBeWrittenItIsNotTriedAgain() throws IOException {
    Files.writeString(folder.resolve("here"), "no folder");
    try (Proxy proxy = new Proxy(server.address(), (connection, bytes, count) -> true)) {
      assertThatThrownBy(() -> fetch(behind(proxy)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("can not be written");
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @Test
  void whoeverNoLongerWantsItIsNotHeldUp() throws IOException {
    assertThatThrownBy(() -> files.fetch(location, saved, place, () -> came.addAndGet(1) < 4))
        .isInstanceOf(NoLongerWanted.class)
        .hasMessageContaining("no longer wanted");
    assertThat(place).doesNotExist();
  }

  @Test
  void aNodeThatIsAloneHasNothingToFetchFrom() {
    FileExchange none = FileExchange.none();
    assertThat(none.offer(saved, source)).isEmpty();
    assertThatThrownBy(() -> none.fetch("", saved, place, () -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("trunk.safetensors is not there");
  }
}
