package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.actors.transfer.WeightClient;
import dev.gnomon.actors.transfer.WeightServer;
import dev.gnomon.actors.transport.ArteryDoor;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Lineage;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * Who is of the cluster gets in, at both ports of a node; who is not is refused, and it is said.
 */
@Timeout(120)
class TlsTest {

  private static final String HERE = "127.0.0.1";
  private static final Lineage LINEAGE = new Lineage("run", 1);
  private static final int SECONDS = 20;

  @TempDir private static Path ours;
  @TempDir private static Path theirs;

  @TempDir private Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private static final List<AutoCloseable> open = new ArrayList<>();
  private static Side one;
  private static Side other;

  /** One authority, which also signs for another cluster; and one that is not ours. */
  @BeforeAll
  static void make() throws Exception {
    Certificates.make(ours, "--hosts", "127.0.0.1/localhost,elsewhere");
    Certificates.make(ours, "--hosts", "expired/127.0.0.1", "--start", "-9d", "--days", "5");
    Certificates.make(ours, "--hosts", "another/127.0.0.1", "--name", "another-cluster");
    Certificates.make(theirs, "--hosts", "127.0.0.1");
    one = new Side(node());
    other = new Side(node());
  }

  @AfterAll
  static void close() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
  }

  @BeforeEach
  void listen() {
    log.start();
    ((Logger) LoggerFactory.getLogger(SupervisionLog.LOGGER)).addAppender(log);
  }

  @AfterEach
  void unlisten() {
    ((Logger) LoggerFactory.getLogger(SupervisionLog.LOGGER)).detachAppender(log);
  }

  /** What listens in a node, with an actor that keeps what it gets, and weights. */
  private static final class Side {

    private final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
    private final WeightSet weights =
        new WeightSet(Map.of("w", HostTensor.of(new float[700_000], 700, 1000)));
    private final Transport transport;
    private final ArteryDoor door;
    private final ActorSystem<Object> system;
    private final WeightServer server;

    Side(Path credentials, String... more) throws IOException {
      transport = Transport.of(config(credentials, more));
      door = new ArteryDoor(transport, new InetSocketAddress(HERE, 0));
      Config akka =
          ConfigFactory.parseString(
              """
              akka.actor.provider = cluster
              akka.cluster.jmx.multi-mbeans-in-same-jvm = on
              akka.coordinated-shutdown.exit-jvm = off
              akka.remote.artery.advanced.handshake-timeout = 5s
              """);
      system =
          ActorSystem.create(
              Behaviors.receiveMessage(
                  message -> {
                    got.add(message);
                    return Behaviors.same();
                  }),
              "side",
              door.setup(akka.withFallback(ConfigFactory.load())));
      door.open(system);
      WeightRegistry registry = new WeightRegistry();
      registry.publish("run", 1, 8, weights);
      server = new WeightServer(registry, transport, new InetSocketAddress(HERE, 0));
      open.add(system::terminate);
      open.add(door);
      open.add(server);
      open.add(transport);
    }

    void tell(Side other, Object message) {
      ActorRef<Object> there =
          ActorRefResolver.get(system)
              .resolveActorRef(
                  ActorRefResolver.get(other.system).toSerializationFormat(other.system));
      there.tell(message);
    }

    Object next() throws InterruptedException {
      return got.poll(SECONDS, TimeUnit.SECONDS);
    }

    WeightSet fetch(InetSocketAddress from) throws IOException {
      return new WeightClient(transport.connections("weights"), 1 << 30)
          .fetch(from, "run", 1, 8, Parcel.of(weights).digest());
    }
  }

  private static Config config(Path credentials, String... more) {
    List<String> sets = new ArrayList<>(Certificates.sets(credentials));
    sets.addAll(List.of(more));
    return Configuration.load(List.of(), sets);
  }

  private static Path node() {
    return ours.resolve(HERE);
  }

  private void assertSaid(String... parts) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (said().stream().noneMatch(line -> List.of(parts).stream().allMatch(line::contains))) {
      assertThat(System.nanoTime()).as("%s in %s", List.of(parts), said()).isLessThan(until);
      Thread.sleep(5);
    }
  }

  private List<String> said() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void messagesAndWeightsOfTheClusterGetIn() throws Exception {
    one.tell(other, new Halt(LINEAGE));

    assertThat(other.next()).isEqualTo(new Halt(LINEAGE));
    assertThat(one.fetch(other.server.address())).isEqualTo(one.weights);
    assertThat(said()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "expired, has expired on",
    "another, and not of the cluster gnomon",
    "theirs, is not believed",
    "nothing, it shows no certificate",
    "old, TLSv1.2",
    "plain, it does not speak TLS"
  })
  void aStrangerIsRefusedAtBothPortsAndItIsSaid(String who, String cause) throws Exception {
    for (String channel : List.of("actors", "weights")) {
      InetSocketAddress port = channel.equals("actors") ? one.door.address() : one.server.address();
      try (Socket socket = knock(who, port)) {
        String address = "address=" + HERE + ":" + socket.getLocalPort();
        assertThat(isEnded(socket)).isTrue();
        assertSaid("event=peer-refused", "channel=" + channel, address, cause);
      }
    }
    other.tell(one, new Halt(LINEAGE));
    assertThat(one.next()).isEqualTo(new Halt(LINEAGE));
    assertThat(other.fetch(one.server.address())).isEqualTo(one.weights);
  }

  private static Socket knock(String who, InetSocketAddress port) throws Exception {
    if (who.equals("plain")) {
      Socket socket = new Socket(HERE, port.getPort());
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket;
    }
    SSLContext context =
        switch (who) {
          case "nothing" -> Certificates.nobody();
          case "theirs" -> Certificates.stranger(theirs.resolve(HERE));
          case "old" -> Certificates.stranger(node());
          default -> Certificates.stranger(ours.resolve(who));
        };
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(HERE, port.getPort());
    if (who.equals("old")) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
    }
    return socket;
  }

  /** Whether it ends without a byte, whatever is said to it. */
  private static boolean isEnded(Socket socket) throws IOException {
    socket.setSoTimeout(SECONDS * 1000);
    try {
      socket.getOutputStream().write("GNW1AKKA".getBytes(StandardCharsets.US_ASCII));
      int first = socket.getInputStream().read();
      return first < 0 || first == 0x15; // an alert, to one who does not speak TLS
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException ended) {
      return true;
    }
  }

  @Test
  void aNodeOfAnotherAuthorityReachesNobodyAndSaysWhoRefusedIt() throws Exception {
    Side stranger = new Side(theirs.resolve(HERE));

    stranger.tell(one, new Halt(LINEAGE));

    assertSaid("event=peer-refused channel=actors", "is not believed");
    assertThatThrownBy(() -> stranger.fetch(one.server.address())).isInstanceOf(IOException.class);
    assertSaid("event=peer-refused channel=weights address=" + HERE + ":", "is not believed");
    assertThat(one.got).isEmpty();
  }

  @Test
  void aNodeThatIsNotAtItsHostIsRefusedUnlessHostsDoNotCount() throws Exception {
    Side elsewhere = new Side(ours.resolve("elsewhere"));
    Side lenient = new Side(node(), "gnomon.tls.check-hosts=false");

    one.tell(elsewhere, new Halt(LINEAGE));
    assertSaid(
        "event=peer-refused channel=actors address=%s:%d"
            .formatted(HERE, elsewhere.door.address().getPort()),
        HERE);
    assertThatThrownBy(() -> one.fetch(elsewhere.server.address()))
        .hasMessageContaining("is not believed");
    lenient.tell(elsewhere, new Halt(new Lineage("run", 2)));

    assertThat(elsewhere.next()).isEqualTo(new Halt(new Lineage("run", 2)));
    assertThat(lenient.fetch(elsewhere.server.address())).isEqualTo(lenient.weights);
  }

  @Test
  void whatReplacesTheFilesCountsForConnectionsThatBeginLater() throws Exception {
    Path mine = copy(node(), folder.resolve("mine"));
    Side side = new Side(mine);
    other.tell(side, new Halt(LINEAGE));
    assertThat(side.next()).isEqualTo(new Halt(LINEAGE));
    BigInteger before = shownBy(side);

    Files.writeString(mine.resolve("key.pem"), "half of a k");
    assertThat(shownBy(side)).as("while a file is being replaced").isEqualTo(before);
    assertSaid("event=certificate-not-loaded key=gnomon.tls.key-file");
    Certificates.make(ours, "--hosts", "renewed/127.0.0.1");
    copy(ours.resolve("renewed"), mine);

    X509Certificate renewed = Certificates.certificate(mine);
    assertThat(shownBy(side)).isEqualTo(renewed.getSerialNumber()).isNotEqualTo(before);
    assertSaid("event=certificate-loaded", "CN=renewed");
    other.tell(side, new Halt(new Lineage("run", 2))); // by the connection from before
    assertThat(side.next()).isEqualTo(new Halt(new Lineage("run", 2)));
    side.tell(other, new Halt(new Lineage("run", 3))); // by a new one, perhaps
    assertThat(other.next()).isEqualTo(new Halt(new Lineage("run", 3)));
    assertThat(other.fetch(side.server.address())).isEqualTo(side.weights);
    assertThat(side.fetch(other.server.address())).isEqualTo(side.weights);
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String file : List.of("key.pem", "cert.pem", "ca.pem")) {
      Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    return to;
  }

  private static BigInteger shownBy(Side side) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            Certificates.stranger(node())
                .getSocketFactory()
                .createSocket(HERE, side.door.address().getPort())) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  @Test
  void strangersCanNotFillTheLogNorKeepOthersOut() throws Exception {
    Side side = new Side(node());
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 140; i++) {
      silent.add(new Socket(HERE, side.server.address().getPort()));
    }
    assertSaid("event=peer-refused channel=weights", "more than 128 have yet to say who they are");
    for (Socket socket : silent) {
      socket.close();
    }
    for (int i = 0; i < 200; i++) {
      try (Socket socket = knock("plain", side.door.address())) {
        assertThat(isEnded(socket)).isTrue();
      }
    }

    assertThat(other.fetch(side.server.address())).isEqualTo(side.weights);
    side.transport.close();
    assertSaid("event=peers-refused more=");
    assertThat(said()).hasSizeLessThan(10);
  }

  @Test
  void aFileThatCanNotBeUsedIsNamedWithItsKey() throws Exception {
    Path mine = folder.resolve("mine");
    assertFault(mine, "gnomon.tls.ca-file", "is not there; launch/certificates makes these files");
    assertFault(ours.resolve("expired"), "gnomon.tls.cert-file", "has expired on");
    assertFault(
        ours.resolve("another"),
        "gnomon.tls.cert-file",
        "is for [another, another-cluster] and not of");
    assertFault(changed("ca.pem", theirs), "gnomon.tls.cert-file", "is not believed");
    assertFault(changed("key.pem", theirs), "gnomon.tls.key-file", "key is not that of");
    assertFault(
        changed("key.pem", "-----BEGIN RSA PRIVATE KEY-----"),
        "gnomon.tls.key-file",
        "openssl pkcs8 -topk8 -nodes");
    assertFault(changed("cert.pem", "no"), "gnomon.tls.cert-file", "holds no certificate");
    Path noAuthority = copy(node(), mine);
    Files.copy(
        noAuthority.resolve("cert.pem"),
        noAuthority.resolve("ca.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    assertFault(noAuthority, "gnomon.tls.ca-file", "which is no authority's");
  }

  private Path changed(String file, Path whose) throws IOException {
    Path mine = copy(node(), folder.resolve("mine"));
    Files.copy(
        whose.resolve(HERE).resolve(file), mine.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    return mine;
  }

  private Path changed(String file, String text) throws IOException {
    Path mine = copy(node(), folder.resolve("mine"));
    Files.writeString(mine.resolve(file), text);
    return mine;
  }

  private static void assertFault(Path credentials, String key, String problem) {
    assertThatThrownBy(() -> Transport.check(config(credentials)))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining(key + ": is \"")
        .hasMessageContaining(problem);
  }
}
