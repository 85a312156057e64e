package dev.gnomon.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.settings.HttpSettings;
import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server over real sockets, before a made-up process. */
class OperatorServerTest {

  private static final HttpSettings ANY_PORT = new HttpSettings(true, "127.0.0.1", 0);

  /** A process that does as it is told, and remembers it. */
  private static final class MadeUp implements Console {
    final List<OperatorWish> wishes = new CopyOnWriteArrayList<>();
    volatile Optional<String> dead = Optional.empty();
    volatile Optional<String> notReady = Optional.of("trainer has not begun: it is idle");
    volatile boolean granting = true;
    volatile boolean broken;

    @Override
    public Optional<String> dead() {
      return dead;
    }

    @Override
    public Optional<String> notReady() {
      return notReady;
    }

    @Override
    public String status() {
      if (broken) {
        throw new IllegalStateException("no status today");
      }
      return "{\"run\":\"made-up\"}";
    }

    @Override
    public OperatorAnswer carryOut(OperatorWish wish) {
      wishes.add(wish);
      return new OperatorAnswer(granting, granting ? "as you wish" : "not now");
    }
  }

  private record Answer(int code, String headers, String body) {
    String nonce() {
      return headers.replaceFirst("(?is).*WWW-Authenticate: Gnomon (\\S+).*", "$1");
    }
  }

  @TempDir private Path run;
  private final MadeUp process = new MadeUp();
  private OperatorServer server;

  @BeforeEach
  void start() throws IOException {
    server = OperatorServer.start(ANY_PORT, run, "trainer", "elsewhere", process);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private int port() {
    return Integer.parseInt(server.address().replaceFirst(".*:", ""));
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket("127.0.0.1", port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Sends those bytes and reads to the end. */
  private Answer sent(String request) throws IOException {
    try (Socket socket = connected()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        return new Answer(0, text, "");
      }
      int code = Integer.parseInt(text.substring(9, 12));
      return new Answer(code, text.substring(0, end), text.substring(end + 4));
    }
  }

  private Answer get(String path) throws IOException {
    return sent("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }

  private Answer post(String body, String authorization) throws IOException {
    return sent(
        "POST /tell HTTP/1.1\r\nHost: localhost:1\r\n"
            + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n")
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  private String proven(String body, String nonce) throws IOException {
    String token = RunToken.of(run).read();
    return "Gnomon " + nonce + " " + Proof.of(token, nonce, Proof.wanted(body));
  }

  private Answer told(String body) throws IOException {
    return post(body, proven(body, post(body, "").nonce()));
  }

  // Whoever asks.

  @Test
  void anyoneMayAskWhetherItLivesIsReadyAndWhatItDoes() throws IOException {
    assertThat(get("/alive")).matches(a -> a.code() == 200 && a.body().equals("alive\n"));
    assertThat(get("/ready"))
        .matches(a -> a.code() == 503 && a.body().equals("trainer has not begun: it is idle\n"));
    process.notReady = Optional.empty();
    process.dead = Optional.of("its actors did not answer within 5 s");
    assertThat(get("/ready")).matches(a -> a.code() == 200 && a.body().equals("ready\n"));
    assertThat(get("/alive").code()).isEqualTo(503);
    assertThat(get("/status"))
        .matches(a -> a.code() == 200 && a.headers().contains(": application/json"))
        .matches(a -> a.body().equals("{\"run\":\"made-up\"}\n"));
  }

  @Test
  void whatIsNotThereOrAskedInAnotherWayIsToldSo() throws IOException {
    assertThat(get("/etc/passwd").code()).isEqualTo(404);
    assertThat(get("/alive/too").code()).isEqualTo(404);
    assertThat(get("/tell").code()).isEqualTo(405);
    assertThat(sent("DELETE /status HTTP/1.1\r\nHost: localhost\r\n\r\n").code()).isEqualTo(405);
  }

  @Test
  void aPageOfAnotherNameThatLedHereIsTurnedAway() throws IOException {
    assertThat(sent("GET /status HTTP/1.1\r\nHost: evil.example:80\r\n\r\n").code()).isEqualTo(403);
    assertThat(sent("GET /status HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").code()).isEqualTo(200);
  }

  @Test
  void aFaultOfOursIsAnAnswerToo() throws IOException {
    process.broken = true;
    assertThat(get("/status"))
        .matches(a -> a.code() == 500 && a.body().contains("no status today"));
    process.broken = false;
    assertThat(get("/status").code()).isEqualTo(200);
  }

  // Whoever tells.

  @Test
  void whoKnowsTheSecretIsHeard() throws IOException {
    assertThat(told("pause")).matches(a -> a.code() == 200 && a.body().equals("as you wish\n"));
    assertThat(told("set\ngnomon.checkpoint.every=5\ngnomon.evaluate.every=10").code())
        .isEqualTo(200);
    assertThat(process.wishes)
        .containsExactly(
            new Pause(),
            new Change(List.of("gnomon.checkpoint.every=5", "gnomon.evaluate.every=10")));
  }

  @Test
  void whatIsRefusedOrIsNoWishIsToldWithTheReason() throws IOException {
    process.granting = false;
    assertThat(told("stop")).matches(a -> a.code() == 409 && a.body().equals("not now\n"));
    assertThat(told("explode")).matches(a -> a.code() == 400 && a.body().contains("is no wish"));
    assertThat(process.wishes).hasSize(1);
  }

  @Test
  void aStrangerIsNotHeard() throws IOException {
    String nonce = post("pause", "").nonce();
    assertThat(post("pause", "").code()).isEqualTo(401);
    assertThat(post("pause", "Bearer " + RunToken.of(run).read()).code()).isEqualTo(401);
    assertThat(post("pause", "Gnomon " + nonce + " " + "0".repeat(64)).code()).isEqualTo(401);
    assertThat(post("pause", "Gnomon 1-1-" + "0".repeat(64) + " x").code()).isEqualTo(401);
    assertThat(post("pause", "Gnomon - x").code()).isEqualTo(401);
    assertThat(post("pause", proven("pause", "1-1-made-up")).code()).isEqualTo(401);
    assertThat(post("stop", proven("pause", nonce)).code()).isEqualTo(401); // another wish
    assertThat(process.wishes).isEmpty();
  }

  @Test
  void aProofIsGoodOnce() throws IOException {
    String proof = proven("pause", post("pause", "").nonce());
    assertThat(post("pause", proof).code()).isEqualTo(200);
    assertThat(post("pause", proof).code()).isEqualTo(401);
    assertThat(process.wishes).hasSize(1);
  }

  @Test
  void aSecretThatOthersMayReadIsNoSecret() throws IOException {
    Path file = RunToken.of(run).file();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(post("pause", "")).matches(a -> a.code() == 403 && a.body().contains("chmod 600"));
    Files.delete(file);
    assertThat(post("pause", "")).matches(a -> a.code() == 403 && a.body().contains("not there"));
  }

  @Test
  void aSecretMayBeReplacedWhileItRuns() throws IOException {
    String old = proven("pause", post("pause", "").nonce());
    Files.writeString(RunToken.of(run).file(), "another\n");
    assertThat(post("pause", old).code()).isEqualTo(401);
    assertThat(told("pause").code()).isEqualTo(200);
  }

  @Test
  void aSecondProcessOfTheRunKeepsTheSecretOfTheFirst() throws IOException {
    String token = RunToken.of(run).read();
    OperatorServer.start(ANY_PORT, run, "teacher", "elsewhere", process).close();
    assertThat(RunToken.of(run).read()).isEqualTo(token);
  }

  // Bounds.

  @Test
  void moreThanAWishTakesIsNotRead() throws IOException {
    assertThat(post("x".repeat(9000), "").code()).isEqualTo(413);
    assertThat(get("/alive").code()).isEqualTo(200);
  }

  @Test
  void whoBeginsAndDoesNotEndIsHungUpOn() throws IOException {
    try (Socket head = connected();
        Socket body = connected()) {
      head.getOutputStream().write("GET / HT".getBytes(StandardCharsets.UTF_8));
      body.getOutputStream()
          .write(
              "POST /tell HTTP/1.1\r\nContent-Length: 50\r\n\r\nhalf"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(ended(head.getInputStream())).isTrue();
      assertThat(ended(body.getInputStream())).isTrue();
    }
  }

  private static boolean ended(InputStream in) {
    try {
      return in.readAllBytes().length >= 0;
    } catch (SocketTimeoutException late) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void manyAtOnceTakeNoMoreThanTheirShare() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = connected();
        idle.add(socket);
        socket.getOutputStream().write("GET /alive HTTP/1.1\r\n".getBytes(StandardCharsets.UTF_8));
      }
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("gnomon-http"))
              .count();
      assertThat(threads).isBetween(1L, 16L);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    assertThat(get("/alive").code()).isEqualTo(200);
  }

  // Where it is.

  @Test
  void theRunsFolderSaysWhereItIsForAsLongAsItIsThere() throws IOException {
    assertThat(ServedAt.in(run))
        .containsExactly(
            new ServedAt(
                server.address(),
                "trainer",
                ServedAt.thisMachine(),
                ProcessHandle.current().pid()));
    server.close();
    assertThat(ServedAt.in(run)).isEmpty();
  }

  @Test
  void whereNothingCanBeWrittenItAnswersAndTakesNoWishes() throws IOException {
    server.close();
    Path full = Files.createDirectory(run.resolve("full"));
    Files.writeString(full.resolve("http"), "no folder can be here");
    server = OperatorServer.start(ANY_PORT, full, "trainer", "elsewhere", process);
    assertThat(get("/alive").code()).isEqualTo(200);
    assertThat(post("pause", "").code()).isEqualTo(403);
    assertThat(process.wishes).isEmpty();
  }

  @Test
  void aPortThatIsTakenIsToldWithTheKey() {
    HttpSettings taken = new HttpSettings(true, "127.0.0.1", port());
    assertThatThrownBy(() -> OperatorServer.start(taken, run, "teacher", "elsewhere", process))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port())
        .hasMessageContaining("gnomon.http.port");
    HttpSettings nowhere = new HttpSettings(true, "no.such.host.invalid", 0);
    assertThatThrownBy(() -> OperatorServer.start(nowhere, run, "teacher", "elsewhere", process))
        .hasMessageContaining("gnomon.http.host = no.such.host.invalid");
  }

  @Test
  void onAllAddressesOthersReachItByTheNodesName() throws IOException {
    HttpSettings all = new HttpSettings(true, "0.0.0.0", 0);
    try (OperatorServer other = OperatorServer.start(all, run, "x", "node-7", process)) {
      assertThat(other.address()).startsWith("node-7:");
    }
  }
}
