package dev.gnomon.launch.operate;

import dev.gnomon.actors.operator.Proof;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks one process of a run, over HTTP. */
final class OperatorClient {

  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 20_000; // longer than the process itself waits

  /**
   * What came back.
   *
   * @param nonce the number that a proof is to be made for, where one is wanted
   */
  record Answer(int code, String body, Optional<String> nonce) {}

  private final String address;

  /** Asks at HOST:PORT. */
  OperatorClient(String address) {
    this.address = address;
  }

  /** The answer to {@code GET path}. */
  Answer get(String path) throws IOException {
    return answer(open(path));
  }

  /** The answer to a wish, proving to know the run's secret. */
  Answer tell(String wish, String token) throws IOException {
    Answer first = post(wish, Optional.empty());
    if (first.nonce().isEmpty()) {
      return first;
    }
    String nonce = first.nonce().get();
    String proof = Proof.of(token, nonce, Proof.wanted(wish));
    return post(wish, Optional.of(Proof.SCHEME + " " + nonce + " " + proof));
  }

  private Answer post(String wish, Optional<String> authorization) throws IOException {
    HttpURLConnection connection = open("/tell");
    byte[] body = wish.getBytes(StandardCharsets.UTF_8);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "text/plain; charset=utf-8");
    authorization.ifPresent(proof -> connection.setRequestProperty("Authorization", proof));
    connection.getOutputStream().write(body);
    return answer(connection);
  }

  private HttpURLConnection open(String path) throws IOException {
    URL url = new URL("http://" + address + path);
    HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(ANSWER_MILLIS);
    connection.setInstanceFollowRedirects(false);
    return connection;
  }

  private static Answer answer(HttpURLConnection connection) throws IOException {
    int code = connection.getResponseCode();
    Optional<String> nonce =
        Optional.ofNullable(connection.getHeaderField("WWW-Authenticate"))
            .filter(header -> code == 401 && header.startsWith(Proof.SCHEME + " "))
            .map(header -> header.substring(Proof.SCHEME.length() + 1));
    InputStream body = code < 400 ? connection.getInputStream() : connection.getErrorStream();
    try (InputStream in = body == null ? InputStream.nullInputStream() : body) {
      return new Answer(code, new String(in.readAllBytes(), StandardCharsets.UTF_8).strip(), nonce);
    }
  }
}
