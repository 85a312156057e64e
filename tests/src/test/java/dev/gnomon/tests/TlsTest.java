package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.actors.transport.Transport;
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

  private static final String HERE = Side.HERE;
  private static final Lineage LINEAGE = new Lineage("run", 1);
  private static final int SECONDS = 60;

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
    one = side(node());
    other = side(node());
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

  private static Side side(Path credentials, String... more) throws IOException {
    Side side = new Side(Transport.of(config(credentials, more)));
    open.add(side);
    return side;
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
    assertThat(one.fetch(other.weights())).isEqualTo(Side.VERSION);
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
      InetSocketAddress port = channel.equals("actors") ? one.actors() : one.weights();
      try (Socket socket = knock(who, port)) {
        String address = "address=" + HERE + ":" + socket.getLocalPort();
        assertThat(isEnded(socket)).isTrue();
        assertSaid("event=peer-refused", "channel=" + channel, address, cause);
      }
    }
    other.tell(one, new Halt(LINEAGE));
    assertThat(one.next()).isEqualTo(new Halt(LINEAGE));
    assertThat(other.fetch(one.weights())).isEqualTo(Side.VERSION);
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
    Side stranger = side(theirs.resolve(HERE));

    stranger.tell(one, new Halt(LINEAGE));

    assertSaid("event=peer-refused channel=actors", "is not believed");
    assertThatThrownBy(() -> stranger.fetch(one.weights())).isInstanceOf(IOException.class);
    assertSaid("event=peer-refused channel=weights address=" + HERE + ":", "is not believed");
    assertThat(one.hasMore()).isFalse();
  }

  @Test
  void aNodeThatIsNotAtItsHostIsRefusedUnlessHostsDoNotCount() throws Exception {
    Side elsewhere = side(ours.resolve("elsewhere"));
    Side lenient = side(node(), "gnomon.tls.check-hosts=false");

    one.tell(elsewhere, new Halt(LINEAGE));
    assertSaid(
        "event=peer-refused channel=actors address=%s:%d"
            .formatted(HERE, elsewhere.actors().getPort()),
        HERE);
    assertThatThrownBy(() -> one.fetch(elsewhere.weights()))
        .hasMessageContaining("is not believed");
    lenient.tell(elsewhere, new Halt(new Lineage("run", 2)));

    assertThat(elsewhere.next()).isEqualTo(new Halt(new Lineage("run", 2)));
    assertThat(lenient.fetch(elsewhere.weights())).isEqualTo(Side.VERSION);
  }

  @Test
  void whatReplacesTheFilesCountsForConnectionsThatBeginLater() throws Exception {
    Path mine = copy(node(), folder.resolve("mine"));
    Side side = side(mine);
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
    assertThat(other.fetch(side.weights())).isEqualTo(Side.VERSION);
    assertThat(side.fetch(other.weights())).isEqualTo(Side.VERSION);
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
                .createSocket(HERE, side.actors().getPort())) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  @Test
  void strangersCanNotFillTheLogNorKeepOthersOut() throws Exception {
    Side side = side(node());
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 140; i++) {
      silent.add(new Socket(HERE, side.weights().getPort()));
    }
    assertSaid("event=peer-refused channel=weights", "more than 128 have yet to say who they are");
    for (Socket socket : silent) {
      socket.close();
    }
    for (int i = 0; i < 200; i++) {
      try (Socket socket = knock("plain", side.actors())) {
        assertThat(isEnded(socket)).isTrue();
      }
    }

    assertThat(other.fetch(side.weights())).isEqualTo(Side.VERSION);
    side.close();
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
