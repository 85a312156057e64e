package dev.gnomon.actors.transport;

import akka.actor.BootstrapSetup;
import akka.actor.ExtendedActorSystem;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.remote.RemoteActorRefProvider;
import akka.remote.artery.ArteryTransport;
import akka.remote.artery.tcp.SSLEngineProviderSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of this process's actors. Akka's remoting neither says who was refused, nor bounds what
 * a frame may claim or a handshake may take. So it listens within this host, on loopback and with
 * the same TLS, and all connections of other nodes come in here, where that is done, and are passed
 * on to it byte by byte.
 */
public final class ArteryDoor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ArteryDoor.class);
  private static final InetAddress INSIDE = InetAddress.getLoopbackAddress();
  private static final String ARTERY = "akka.remote.artery";
  private static final String CHANNEL = "actors";
  private static final int PLACES = 1024; // three connections for each of the other nodes
  private static final int GREETING_MS = 30_000;
  private static final int GREETING_BYTES = 5;
  private static final int SILENCE_MS = 30 * 60_000; // Akka closes what is idle after 5 minutes
  private static final int PIECE_BYTES = 1 << 16;

  private final Transport transport;
  private final Gate gate;

  /** Takes {@code address}; connections are let in when it is {@linkplain #open opened}. */
  public ArteryDoor(Transport transport, InetSocketAddress address) throws IOException {
    this.transport = transport;
    try {
      this.gate = transport.gate(CHANNEL, address, PLACES);
    } catch (IOException e) {
      throw new IOException(
          "%s:%d can not be listened at: %s"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
  }

  /** Where other nodes find this one. */
  public InetSocketAddress address() {
    return gate.address();
  }

  /** What an actor system with {@code config} is started with, so that it is behind this door. */
  public ActorSystemSetup setup(Config config) {
    Map<String, Object> artery = new HashMap<>();
    artery.put("transport", transport.engines(CHANNEL).isPresent() ? "tls-tcp" : "tcp");
    artery.put("canonical.hostname", address().getHostString());
    artery.put("canonical.port", address().getPort());
    artery.put("bind.hostname", INSIDE.getHostAddress());
    artery.put("bind.port", 0);
    Config behind = ConfigFactory.parseMap(artery).atPath(ARTERY).withFallback(config);
    ActorSystemSetup setup = ActorSystemSetup.create(BootstrapSetup.create(behind));
    return transport
        .engines(CHANNEL)
        .map(engines -> setup.withSetup(SSLEngineProviderSetup.create(system -> engines)))
        .orElse(setup);
  }

  /** Lets connections of other nodes in, to {@code system}. */
  public void open(ActorSystem<?> system) {
    ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system);
    RemoteActorRefProvider provider = (RemoteActorRefProvider) classic.provider();
    ArteryTransport artery = (ArteryTransport) provider.transport();
    InetSocketAddress inside =
        new InetSocketAddress(INSIDE, (int) artery.bindAddress().address().port().get());
    Config advanced = system.settings().config().getConfig(ARTERY + ".advanced");
    long largest =
        Math.max(
            advanced.getBytes("maximum-frame-size"), advanced.getBytes("maximum-large-frame-size"));
    gate.open(outer -> pass(outer, inside, new FrameCheck((int) largest)));
  }

  private void pass(Socket outer, InetSocketAddress inside, FrameCheck check) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    InputStream in = outer.getInputStream();
    outer.setSoTimeout(GREETING_MS);
    int count = in.readNBytes(piece, 0, GREETING_BYTES);
    check.pass(piece, count);
    if (!check.greeted()) {
      return;
    }
    outer.setSoTimeout(SILENCE_MS);
    try (Socket inner = transport.inside(CHANNEL).connected(inside, GREETING_MS)) {
      inner.setSoTimeout(0);
      Thread back = new Thread(() -> passBack(inner, outer), "gnomon-" + CHANNEL + "-back");
      back.setDaemon(true);
      back.start();
      OutputStream out = inner.getOutputStream();
      while (count > 0) {
        out.write(piece, 0, count);
        count = in.read(piece);
        check.pass(piece, count);
      }
    }
  }

  /** Akka says nothing on a connection that came in, but it may end it. */
  private static void passBack(Socket inner, Socket outer) {
    try (outer) {
      inner.getInputStream().transferTo(outer.getOutputStream());
    } catch (IOException e) {
      LOG.debug("event=connection-ended channel={} cause=\"{}\"", CHANNEL, e.toString());
    }
  }

  /** Lets nobody in any more, and ends the connections of those that are. */
  @Override
  public void close() throws IOException {
    gate.close();
  }
}
