package dev.gnomon.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.transport.Connections;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WeightTransferTest {

  private static final InetSocketAddress FREE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final WeightRegistry registry = new WeightRegistry();
  private final WeightSet weights = weights(1);
  private final String digest = Parcel.of(weights).digest();
  private final WeightClient client = new WeightClient(Connections.plain(), Long.MAX_VALUE);
  private final Transport transport = Transport.plain();
  private WeightServer server;

  private static WeightSet weights(float factor) {
    float[] values = new float[3_000_000]; // 12 MB: twelve chunks
    for (int i = 0; i < values.length; i++) {
      values[i] = i * factor;
    }
    return new WeightSet(
        Map.of("a", HostTensor.of(values, 3000, 1000), "b", HostTensor.of(new long[] {7})));
  }

  @BeforeEach
  void serve() throws IOException {
    server = new WeightServer(registry, transport, FREE);
    registry.publish("run", 2, 8, weights);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    transport.close();
  }

  @Test
  void aVersionComesAsItIs() throws IOException {
    assertThat(client.fetch(server.address(), "run", 2, 8, digest)).isEqualTo(weights);
  }

  @Test
  void releasedMemoryServesForTheNext() throws IOException {
    WeightSet other = weights(-2);
    registry.publish("run", 2, 16, other);
    WeightSet first = client.fetch(server.address(), "run", 2, 8, digest);
    first.release();
    WeightSet second = client.fetch(server.address(), "run", 2, 16, Parcel.of(other).digest());
    assertThat(second).isEqualTo(other);
    assertThat(first).as("the same memory").isEqualTo(other);
  }

  @Test
  void aVersionThatIsNotThereIsSaidToBeAbsent() {
    assertThatThrownBy(() -> client.fetch(server.address(), "run", 2, 9, digest))
        .isInstanceOf(FileNotFoundException.class);
    registry.retire("run", 2, 9);
    assertThatThrownBy(() -> client.fetch(server.address(), "run", 2, 8, digest))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void anotherVersionThanTheAnnouncedOneIsRefused() {
    assertThatThrownBy(() -> client.fetch(server.address(), "run", 2, 8, "00"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not the one that was announced");
  }

  @Test
  void aFetchThatIsCutGoesOnWhereItWas() throws IOException {
    AtomicLong passed = new AtomicLong();
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) -> {
              passed.addAndGet(count);
              return connection != 0 || passed.get() < 7 << 20;
            })) {
      assertThat(client.fetch(proxy.address(), "run", 2, 8, digest)).isEqualTo(weights);
      assertThat(proxy.connections()).isEqualTo(2);
      assertThat(passed.get()).as("bytes sent in all").isLessThan((12 << 20) + (6 << 20));
    }
  }

  @Test
  void aBrokenChunkIsFetchedAgain() throws IOException {
    AtomicLong passed = new AtomicLong();
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) -> {
              long before = passed.getAndAdd(count);
              if (connection == 0 && before < 5_000_000 && before + count > 5_000_000) {
                bytes[(int) (5_000_000 - before)] ^= 4;
              }
              return true;
            })) {
      assertThat(client.fetch(proxy.address(), "run", 2, 8, digest)).isEqualTo(weights);
      assertThat(proxy.connections()).isEqualTo(2);
    }
  }

  @Test
  void whatIsAlwaysBrokenIsGivenUp() throws IOException {
    try (Proxy proxy =
        new Proxy(
            server.address(),
            (connection, bytes, count) -> {
              if (count > 10_000) {
                bytes[9_999] ^= 1;
              }
              return true;
            })) {
      assertThatThrownBy(() -> client.fetch(proxy.address(), "run", 2, 8, digest))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("version 8 of lineage 2 did not come from")
          .hasMessageContaining("came broken");
    }
  }

  @Test
  void aVersionThatIsBeingFetchedStaysUntilItWas() throws Exception {
    try (Socket half = new Socket(server.address().getAddress(), server.address().getPort())) {
      DataOutputStream out = new DataOutputStream(half.getOutputStream());
      new TransferProtocol.Version("run", 2, 8).write(out);
      out.flush();
      assertThat(half.getInputStream().read()).isEqualTo(TransferProtocol.FOUND);
      registry.retire("run", 2, 9);
      assertThat(registry.held()).isEqualTo(1);
    }
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (registry.held() > 0 && System.nanoTime() < until) {
      Thread.sleep(5);
    }
    assertThat(registry.held()).isZero();
  }

  @Test
  void whoFindsAllPlacesTakenIsToldToWaitAndServedWhenOneIsFree() throws Exception {
    List<Integer> answers = new CopyOnWriteArrayList<>();
    try (WeightServer small = new WeightServer(registry, transport, FREE, 1);
        Socket first = new Socket(small.address().getAddress(), small.address().getPort());
        Proxy proxy =
            new Proxy(
                small.address(),
                (connection, bytes, count) -> {
                  answers.add((int) bytes[0]);
                  if (answers.size() == 1) {
                    Proxy.start(first::close);
                  }
                  return true;
                })) {
      DataOutputStream out = new DataOutputStream(first.getOutputStream());
      new TransferProtocol.Version("run", 2, 8).write(out);
      out.flush();
      assertThat(first.getInputStream().read()).isEqualTo(TransferProtocol.FOUND);

      assertThat(client.fetch(proxy.address(), "run", 2, 8, digest)).isEqualTo(weights);

      assertThat(answers).startsWith(TransferProtocol.BUSY, TransferProtocol.FOUND);
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatIsBusyForEverIsGivenUpAtOnceAndForGood() throws Exception {
    Duration soon = Duration.ofMillis(100);
    WeightClient hasty = new WeightClient(Connections.plain(), Long.MAX_VALUE, soon, soon);
    AtomicInteger connections = new AtomicInteger();
    try (Liar liar =
        new Liar(
            out -> {
              connections.incrementAndGet();
              while (true) {
                out.writeByte(TransferProtocol.BUSY);
                out.flush();
              }
            })) {
      assertThatThrownBy(() -> hasty.fetch(liar.address(), "run", 2, 8, digest))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("version 8 of lineage 2 did not begin to come from localhost")
          .hasMessageContaining("busy with others or its disk");
      assertThat(connections.get()).isEqualTo(1);
    }
  }

  @Test
  void nonsenseHarmsNobody() throws IOException {
    byte[] junk = new byte[4096];
    for (int seed = 0; seed < 40; seed++) {
      new java.util.Random(seed).nextBytes(junk);
      if (seed % 2 == 0) { // gets past the magic number
        junk[0] = 0x47;
        junk[1] = 0x4e;
        junk[2] = 0x57;
        junk[3] = 0x32;
        junk[4] = (byte) (seed % 8 / 2);
        junk[5] = 0;
        junk[6] = (byte) (seed % 3);
      }
      try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
        socket.getOutputStream().write(junk);
      } catch (IOException refused) {
        continue;
      }
    }
    assertThat(client.fetch(server.address(), "run", 2, 8, digest)).isEqualTo(weights);
  }

  @Test
  void aServerThatClaimsTooMuchIsRefusedWithoutAnAllocation() throws IOException {
    for (long size : new long[] {-1, Long.MAX_VALUE, 1L << 40}) {
      AtomicInteger connections = new AtomicInteger();
      try (Liar liar =
          new Liar(
              out -> {
                connections.incrementAndGet();
                out.writeByte(TransferProtocol.FOUND);
                out.writeLong(size);
                out.write(new byte[100]);
              })) {
        assertThatThrownBy(() -> client.fetch(liar.address(), "run", 2, 8, digest))
            .isInstanceOf(IOException.class);
        assertThat(connections.get()).isEqualTo(4);
      }
    }
  }

  /** What a server that is not ours says to everyone. */
  private static final class Liar implements AutoCloseable {

    interface Speech {
      void to(DataOutputStream out) throws IOException;
    }

    private final ServerSocket listening = new ServerSocket();

    Liar(Speech speech) throws IOException {
      listening.bind(FREE);
      Proxy.start(
          () -> {
            while (true) {
              try (Socket peer = listening.accept()) {
                DataOutputStream out = new DataOutputStream(peer.getOutputStream());
                speech.to(out);
                out.flush();
                peer.shutdownOutput();
                peer.getInputStream().readAllBytes();
              }
            }
          });
    }

    InetSocketAddress address() {
      return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
