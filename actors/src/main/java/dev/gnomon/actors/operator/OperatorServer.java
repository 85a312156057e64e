package dev.gnomon.actors.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.actors.settings.HttpSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorWish;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers operators over HTTP: {@code GET /alive}, {@code /ready} and {@code /status} whoever asks,
 * and {@code POST /tell} whoever proves to know the run's {@link RunToken}. It is the JDK's own
 * server, with bounds on connections, their time, and the size of what is sent.
 */
public final class OperatorServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorServer.class);
  private static final int MOST_AT_ONCE = 16;
  private static final int MOST_CONNECTIONS = 64;
  private static final int SECONDS_TO_SEND = 5;
  private static final int SECONDS_TO_ANSWER = 30;
  private static final int LARGEST_BODY = 8 * 1024;

  static {
    bound("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
    bound("sun.net.httpserver.maxReqTime", SECONDS_TO_SEND);
    bound("sun.net.httpserver.maxRspTime", SECONDS_TO_ANSWER);
    bound("sun.net.httpserver.maxReqHeaders", 50);
    bound("sun.net.httpserver.maxReqHeaderSize", 16 * 1024);
    bound("sun.net.httpserver.drainAmount", LARGEST_BODY);
  }

  /** The JDK's server reads its bounds once, from system properties. */
  private static void bound(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, String.valueOf(value));
    }
  }

  /** What is sent back. */
  private record Reply(int code, String type, String body) {
    static Reply text(int code, String words) {
      return new Reply(code, "text/plain; charset=utf-8", words + "\n");
    }
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Console console;
  private final RunToken token;
  private final boolean loopback;
  private final Nonces nonces = new Nonces();
  private final String address;
  private final Optional<Path> file;

  private OperatorServer(
      HttpServer server, Path runDirectory, String roles, String reachedBy, Console console) {
    this.server = server;
    this.console = console;
    this.token = RunToken.of(runDirectory);
    InetSocketAddress bound = server.getAddress();
    this.loopback = bound.getAddress().isLoopbackAddress();
    this.address = reachedBy(bound.getAddress(), reachedBy) + ":" + bound.getPort();
    this.threads =
        new ThreadPoolExecutor(
            0,
            MOST_AT_ONCE,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(), // what is over is hung up on
            work -> {
              Thread thread = new Thread(work, "gnomon-http");
              thread.setDaemon(true);
              return thread;
            });
    this.file = announce(ServedAt.here(address, roles), runDirectory);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A folder that can not be written to, on a full disk perhaps, is no reason not to answer. */
  private Optional<Path> announce(ServedAt place, Path runDirectory) {
    try {
      token.makeIfAbsent();
      return Optional.of(place.write(runDirectory));
    } catch (IOException e) {
      SupervisionLog.event("http-not-announced")
          .with("address", place.address())
          .with("cause", e)
          .warn();
      return Optional.empty();
    }
  }

  /**
   * Starts to answer, and says where in the run's folder.
   *
   * @param roles what the process is, for the name of that file
   * @param reachedBy host by which others reach this machine, where the server listens on all its
   *     addresses
   */
  public static OperatorServer start(
      HttpSettings settings, Path runDirectory, String roles, String reachedBy, Console console)
      throws IOException {
    HttpServer server;
    try {
      InetAddress host = InetAddress.getByName(settings.host());
      server = HttpServer.create(new InetSocketAddress(host, settings.port()), MOST_CONNECTIONS);
    } catch (UnknownHostException e) {
      throw new IOException(
          "gnomon.http.host = %s is no host of this machine".formatted(settings.host()), e);
    } catch (BindException e) {
      throw new IOException(
          "gnomon.http: can not listen on %s:%d: %s; choose another gnomon.http.port, or 0 for a free one"
              .formatted(settings.host(), settings.port(), e.getMessage()),
          e);
    }
    try {
      return new OperatorServer(server, runDirectory, roles, reachedBy, console);
    } catch (RuntimeException failure) {
      server.stop(0);
      throw failure;
    }
  }

  /** HOST:PORT where it answers. */
  public String address() {
    return address;
  }

  /** Answers no more, and takes back that it does. */
  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
    } catch (IOException e) {
      LOG.warn("event=not-removed file={} cause=\"{}\"", file.get(), e.toString());
    }
    server.stop(0);
    threads.shutdownNow();
  }

  private static String reachedBy(InetAddress bound, String others) {
    if (!bound.isAnyLocalAddress()) {
      String host = bound.getHostAddress();
      return host.contains(":") ? "[" + host + "]" : host;
    }
    return others;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply;
      try {
        reply = reply(exchange);
      } catch (RuntimeException failure) {
        LOG.warn("event=http-failed path={}", exchange.getRequestURI().getPath(), failure);
        reply = Reply.text(500, "this is a fault of Gnomon's; its log says more: " + failure);
      }
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", reply.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("Connection", "close");
      exchange.sendResponseHeaders(reply.code(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    if (!isMeant(exchange.getRequestHeaders().getFirst("Host"))) {
      return Reply.text(403, "this server answers as 127.0.0.1 or localhost alone");
    }
    String path = exchange.getRequestURI().getPath();
    String method = path.equals("/tell") ? "POST" : "GET";
    if (!List.of("/alive", "/ready", "/status", "/tell").contains(path)) {
      return Reply.text(404, "there are GET /alive, /ready and /status, and POST /tell");
    }
    if (!exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      return Reply.text(405, "%s takes %s".formatted(path, method));
    }
    return switch (path) {
      case "/alive" -> state("alive", console.dead());
      case "/ready" -> state("ready", console.notReady());
      case "/status" -> new Reply(200, "application/json", console.status() + "\n");
      default -> tell(exchange);
    };
  }

  /** On loopback a page that a browser was led to by a false name is none of ours. */
  private boolean isMeant(String host) {
    if (!loopback || host == null) {
      return true;
    }
    String name = host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    return List.of("127.0.0.1", "localhost", "[::1]").contains(name);
  }

  private static Reply state(String good, Optional<String> trouble) {
    return trouble.map(words -> Reply.text(503, words)).orElse(Reply.text(200, good));
  }

  private Reply tell(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (sent.length > LARGEST_BODY) {
      return Reply.text(413, "that is more than %d bytes".formatted(LARGEST_BODY));
    }
    String body = new String(sent, StandardCharsets.UTF_8);
    Optional<Reply> stranger = requireProof(exchange, body);
    if (stranger.isPresent()) {
      return stranger.get();
    }
    OperatorWish wish;
    try {
      wish = WishText.parse(body.lines().toList());
    } catch (IllegalArgumentException e) {
      return Reply.text(400, e.getMessage());
    }
    OperatorAnswer answer = console.carryOut(wish);
    return Reply.text(answer.granted() ? 200 : 409, answer.words());
  }

  /** What to answer to a stranger; empty where it is none. */
  private Optional<Reply> requireProof(HttpExchange exchange, String body) {
    String secret;
    try {
      secret = token.read();
    } catch (IOException e) {
      return Optional.of(Reply.text(403, "this process takes no wishes: " + e.getMessage()));
    }
    Duration now = Duration.ofNanos(System.nanoTime());
    String[] given =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
            .orElse("")
            .split(" ");
    boolean proven =
        given.length == 3
            && given[0].equals(Proof.SCHEME)
            && nonces.isGood(given[1], now)
            && Proof.same(Proof.of(secret, given[1], Proof.wanted(body)), given[2])
            && nonces.use(given[1], now);
    if (proven) {
      return Optional.empty();
    }
    exchange.getResponseHeaders().set("WWW-Authenticate", Proof.SCHEME + " " + nonces.next(now));
    return Optional.of(
        Reply.text(401, "only who knows the secret in %s is heard".formatted(token.file())));
  }
}
