package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of several processes over TLS. */
class TlsClusterTest {

  private static final String HERE = "127.0.0.1";
  private static final int KNOCKS = 40;

  @TempDir private Path folder;

  /** While strangers knock; and certificates are renewed before the last node joins. */
  @Test
  void nodesTrainOverTlsToTheWeightsOfOneLoop() throws Exception {
    Path run = folder.resolve("run");
    Path tls = folder.resolve("tls");
    Path theirs = folder.resolve("theirs");
    Certificates.make(tls, "--hosts", HERE);
    Certificates.make(theirs, "--hosts", HERE);
    String[] sets =
        Stream.concat(
                Stream.of("gnomon.publish-every=4", "gnomon.max-staleness=7"),
                Certificates.sets(tls.resolve(HERE)).stream())
            .toArray(String[]::new);
    int seed = freePort();
    Path told = folder.resolve("told.txt");
    try (GnomonProcess rest =
            GnomonProcess.node(run, told, "coordinator,data,checkpointer", seed, seed, sets);
        GnomonProcess trainer =
            GnomonProcess.node(
                run, folder.resolve("b.txt"), "trainer,teacher,assigner", 0, seed, sets)) {
      rest.await("its node", () -> rest.told().contains("With TLS on " + HERE));
      for (int i = 0; i < KNOCKS; i++) {
        knock(SocketFactory.getDefault(), seed);
        knock(Certificates.nobody().getSocketFactory(), seed);
        knock(Certificates.stranger(theirs.resolve(HERE)).getSocketFactory(), seed);
      }
      Certificates.make(tls, "--hosts", HERE);
      try (GnomonProcess evaluator =
          GnomonProcess.node(run, folder.resolve("c.txt"), "evaluator", 0, seed, sets)) {
        assertThat(rest.exit()).as(rest.told()).isZero();
        assertThat(trainer.exit()).as(trainer.told()).isZero();
        assertThat(evaluator.exit()).as(evaluator.told()).isZero();
      }
    }
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(sets), folder.resolve("oracle")));
    List<String> said = supervision(run);
    assertThat(said)
        .anyMatch(line -> isRefusal(line, "it does not speak TLS"))
        .anyMatch(line -> isRefusal(line, "it shows no certificate"))
        .anyMatch(line -> isRefusal(line, "is not believed"))
        .anyMatch(line -> line.contains("event=certificate-loaded"))
        .anyMatch(line -> line.contains("event=peers-refused more="));
    assertThat(said.stream().filter(line -> line.contains("refused")).count()).isLessThan(20);
  }

  private static boolean isRefusal(String line, String cause) {
    return line.contains("event=peer-refused channel=actors address=" + HERE + ":")
        && line.contains(cause);
  }

  private static void knock(SocketFactory sockets, int port) {
    try (Socket socket = sockets.createSocket(HERE, port)) {
      socket.getOutputStream().write("AKKA\1".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().read();
    } catch (IOException refused) {
      return;
    }
  }

  private static List<String> supervision(Path run) throws IOException {
    return Files.readAllLines(run.resolve("supervision.log"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
