package dev.gnomon.actors.transport;

import dev.gnomon.actors.settings.TransportSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * TLS 1.3 with certificates on both sides. The files are looked at when a connection begins: what
 * replaced them counts from there on, and those that are open stay as they are. Each connection has
 * a context of its own, so that none resumes a session whose certificate would not be believed any
 * more.
 */
final class Tls {

  private static final String VERSION = "TLSv1.3";
  private static final int HANDSHAKE_MS = 10_000;
  private static final Duration SOON = Duration.ofDays(7);
  private static final Duration BETWEEN_WARNINGS = Duration.ofDays(1);

  private final TransportSettings settings;
  private List<Object> stamp;
  private List<Object> unusable = List.of(); // of files that could not be used
  private Credentials credentials;
  private KeyManager[] shown;
  private TrustManager[] believed;
  private Instant warned = Instant.MIN;

  /** TLS with the files that {@code settings} names. */
  Tls(TransportSettings settings) throws Credentials.Unusable {
    this.settings = settings;
    this.stamp = stamp();
    load();
  }

  private void load() throws Credentials.Unusable {
    credentials = Credentials.read(settings);
    shown = credentials.keyManagers();
    believed = new TrustManager[] {new PeerCheck(credentials.authorities(), settings.name())};
  }

  /** The files' contents; where what is there now can not be used, what was there before. */
  synchronized Credentials credentials() {
    List<Object> now = stamp();
    if (!now.equals(stamp)) {
      try {
        load();
        stamp = now;
        warned = Instant.MIN;
        SupervisionLog.event("certificate-loaded")
            .with("subject", credentials.certificate().getSubjectX500Principal().getName())
            .with("until", credentials.certificate().getNotAfter().toInstant())
            .info();
      } catch (Credentials.Unusable e) { // perhaps for a moment: it is tried again, and said once
        if (!now.equals(unusable)) {
          SupervisionLog.event("certificate-not-loaded")
              .with("key", e.key())
              .with("cause", e.getMessage())
              .with("instead", "the one from before")
              .warn();
        }
        unusable = now;
      }
    }
    warnOfTheEnd();
    return credentials;
  }

  private void warnOfTheEnd() {
    Instant until = credentials.certificate().getNotAfter().toInstant();
    Instant now = Instant.now();
    if (now.plus(SOON).isAfter(until) && warned.isBefore(now.minus(BETWEEN_WARNINGS))) {
      warned = now;
      (now.isAfter(until)
              ? SupervisionLog.event("certificate-expired")
              : SupervisionLog.event("certificate-expires"))
          .with("until", until)
          .with("remedy", "replace the files of gnomon.tls while this runs")
          .warn();
    }
  }

  /** Changes whenever one of the files does. */
  private List<Object> stamp() {
    List<Object> stamp = new ArrayList<>();
    for (Path file : List.of(settings.keyFile(), settings.certFile(), settings.caFile())) {
      try {
        BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
        stamp.add(List.of(is.lastModifiedTime(), is.size(), String.valueOf(is.fileKey())));
      } catch (IOException absent) {
        stamp.add("absent");
      }
    }
    return stamp;
  }

  private synchronized SSLContext context() throws SSLException {
    credentials();
    try {
      SSLContext context = SSLContext.getInstance(VERSION);
      context.init(shown, believed, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SSLException("this node's certificate can not be used: " + e.getMessage(), e);
    }
  }

  private SSLParameters parameters(boolean checkHost) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {VERSION});
    parameters.setNeedClientAuth(true);
    if (checkHost) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    return parameters;
  }

  /** An engine for a connection to {@code host}. */
  SSLEngine clientEngine(String host, int port) throws SSLException {
    SSLEngine engine = context().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters(settings.checkHosts()));
    return engine;
  }

  /** An engine for a connection that comes in. */
  SSLEngine serverEngine() throws SSLException {
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters(false));
    return engine;
  }

  /** A connection that came in, after the handshake. */
  SSLSocket accepted(Socket socket) throws IOException {
    socket.setSoTimeout(HANDSHAKE_MS);
    int first = socket.getInputStream().read();
    if (first < 0) { // a port that was only tried
      throw new EOFException("it said nothing");
    }
    ByteArrayInputStream read = new ByteArrayInputStream(new byte[] {(byte) first});
    SSLSocket secured = (SSLSocket) context().getSocketFactory().createSocket(socket, read, true);
    secured.setSSLParameters(parameters(false));
    secured.startHandshake();
    socket.setSoTimeout(0);
    return secured;
  }

  /**
   * A connection to {@code peer}, after the handshake.
   *
   * @param checkHost whether its certificate must name its host, where the configuration says so
   */
  SSLSocket connected(Socket socket, InetSocketAddress peer, boolean checkHost) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context()
                .getSocketFactory()
                .createSocket(socket, peer.getHostString(), peer.getPort(), true);
    secured.setSSLParameters(parameters(checkHost && settings.checkHosts()));
    secured.startHandshake();
    return secured;
  }
}
