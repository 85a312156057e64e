package dev.gnomon.actors.transport;

import akka.remote.artery.tcp.SSLEngineProvider;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import scala.Option;

/** TLS for Akka's remoting. Who the peer is was checked when the handshake is over. */
final class ArteryEngines implements SSLEngineProvider {

  private final Tls tls;
  private final Refusals refusals;
  private final String channel;

  ArteryEngines(Tls tls, Refusals refusals, String channel) {
    this.tls = tls;
    this.refusals = refusals;
    this.channel = channel;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    try {
      return tls.serverEngine();
    } catch (SSLException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    try {
      InetSocketAddress peer = InetSocketAddress.createUnresolved(hostname, port);
      return new WatchedEngine(
          tls.clientEngine(hostname, port), e -> refusals.refused(channel, peer, e));
    } catch (SSLException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
