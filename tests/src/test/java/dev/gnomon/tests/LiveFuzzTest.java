package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Lineage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ports that are open take whatever is said to them, and what is behind them goes on. */
@Timeout(180)
class LiveFuzzTest {

  private static final int CONVERSATIONS = 250;
  private static final int MOST_GUESTS = 6; // two streams each way, and what Akka tried
  private static final long SEED = Long.getLong("fuzz.seed", new Random().nextLong());

  @TempDir private Path folder;

  /** Without TLS anyone may speak; what is no frame does not get to Akka. */
  @Test
  void withoutTls() throws Exception {
    try (Side one = new Side(Transport.plain());
        Side other = new Side(Transport.plain())) {
      byte[] said = said(other);
      long before = outside();
      harass(one.actors(), SocketFactory.getDefault(), said);
      harass(one.weights(), SocketFactory.getDefault(), asked());
      assertGoesOn(one, other, before);
    }
  }

  /** One of the cluster, with a certificate, that has lost its mind. */
  @Test
  void withTls() throws Exception {
    Certificates.make(folder, "--hosts", Side.HERE);
    Path node = folder.resolve(Side.HERE);
    Config config = Configuration.load(List.of(), Certificates.sets(node));
    byte[] said;
    try (Side plain = new Side(Transport.plain())) {
      said = said(plain);
    }
    try (Side one = new Side(Transport.of(config));
        Side other = new Side(Transport.of(config))) {
      long before = outside();
      SocketFactory member = Certificates.stranger(node).getSocketFactory();
      harass(one.actors(), member, said);
      harass(one.weights(), member, asked());
      harass(one.actors(), SocketFactory.getDefault(), said); // and one that is not of it
      assertGoesOn(one, other, before);
    }
  }

  private static void assertGoesOn(Side one, Side other, long before) throws Exception {
    assertThat(one.isOver()).isFalse();
    while (one.hasMore()) { // what came through unchanged
      one.next();
    }
    Halt last = new Halt(new Lineage("last", SEED));
    other.tell(one, last);
    Object got = one.next();
    while (got != null && !got.equals(last)) {
      got = one.next();
    }
    assertThat(got).isEqualTo(last);
    assertThat(other.fetch(one.weights())).isEqualTo(Side.VERSION);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (guests() > MOST_GUESTS && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    assertThat(guests()).as("connections that are left").isLessThanOrEqualTo(MOST_GUESTS);
    assertThat(outside() - before).as("bytes outside the heap").isLessThan(64 << 20);
  }

  /** Threads that wait for what a connection says. */
  private static long guests() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().endsWith("-back"))
        .count();
  }

  private static long outside() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** What {@code side} says to one who listens and does not answer. */
  private static byte[] said(Side side) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      side.tell(listening.getLocalPort(), new Halt(new Lineage("run", 1)));
      try (Socket heard = listening.accept()) {
        heard.setSoTimeout(2500);
        try {
          heard.getInputStream().transferTo(said);
        } catch (IOException silent) {
          assertThat(said.size()).isGreaterThan(100);
        }
      }
    }
    return said.toByteArray();
  }

  private static byte[] asked() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x474e5731);
    out.writeUTF("run");
    out.writeLong(1);
    out.writeLong(8);
    out.writeInt(0);
    out.writeInt(2);
    return bytes.toByteArray();
  }

  private static void harass(InetSocketAddress port, SocketFactory sockets, byte[] said)
      throws IOException {
    Random random = new Random(SEED);
    System.out.println("fuzz.seed=" + SEED);
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < CONVERSATIONS; i++) {
      byte[] changed = said.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        changed[random.nextInt(changed.length)] = (byte) (random.nextInt(3) * 127);
        changed[random.nextInt(9)] += (byte) (random.nextInt(20) == 0 ? 1 : 0);
      }
      try {
        Socket socket = sockets.createSocket(Side.HERE, port.getPort());
        open.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(
            changed, 0, random.nextInt(4) == 0 ? random.nextInt(changed.length) : changed.length);
        out.flush();
      } catch (IOException refused) {
        continue;
      }
      if (open.size() > 20) { // some stay for a while
        open.remove(random.nextInt(open.size())).close();
      }
    }
    for (Socket socket : open) {
      socket.close();
    }
  }
}
