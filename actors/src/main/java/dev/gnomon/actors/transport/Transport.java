package dev.gnomon.actors.transport;

import akka.remote.artery.tcp.SSLEngineProvider;
import com.typesafe.config.Config;
import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * How this process reaches the others of a run and is reached: the same certificates and checks for
 * all of its ports and connections.
 */
public final class Transport implements AutoCloseable {

  private final Optional<Tls> tls;
  private final Refusals refusals = new Refusals();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "gnomon-transport");
            thread.setDaemon(true);
            return thread;
          });

  private Transport(Optional<Tls> tls) {
    this.tls = tls;
    long minute = Refusals.WINDOW.toMillis();
    clock.scheduleWithFixedDelay(this::look, minute, minute, TimeUnit.MILLISECONDS);
  }

  /** Connections without TLS. */
  public static Transport plain() {
    return new Transport(Optional.empty());
  }

  /**
   * The transport that a run's resolved configuration asks for.
   *
   * @throws InvalidConfiguration if one of the files that it names can not be used
   */
  public static Transport of(Config config) {
    TransportSettings settings = TransportSettings.from(config);
    try {
      return settings.tls() ? new Transport(Optional.of(new Tls(settings))) : plain();
    } catch (Credentials.Unusable e) {
      throw new InvalidConfiguration(List.of(ConfigFault.of(config, e.key(), e.getMessage())));
    }
  }

  /**
   * Whether a node can be started with a resolved configuration; starts nothing.
   *
   * @throws InvalidConfiguration if one of the files that it names can not be used
   */
  public static void check(Config config) {
    of(config).close();
  }

  private void look() {
    tls.ifPresent(Tls::credentials);
    refusals.sum();
  }

  /** When this node's certificate ends; empty without TLS. */
  public Optional<Instant> until() {
    return tls.map(with -> with.credentials().certificate().getNotAfter().toInstant());
  }

  /** Connections of a channel, whose name stands in the log. */
  public Connections connections(String channel) {
    return connections(channel, true);
  }

  /** Connections within this host: what is there need not name it in its certificate. */
  Connections inside(String channel) {
    return connections(channel, false);
  }

  private Connections connections(String channel, boolean checkHost) {
    if (tls.isEmpty()) {
      return Connections.plain();
    }
    return new Connections() {
      @Override
      public boolean areSecure() {
        return true;
      }

      @Override
      public Socket accepted(Socket socket) throws IOException {
        return tls.get().accepted(socket);
      }

      @Override
      public Socket connected(InetSocketAddress address, int patienceMs) throws IOException {
        Socket socket = Connections.plain().connected(address, patienceMs);
        try {
          return tls.get().connected(socket, address, checkHost);
        } catch (SSLException e) {
          refusals.refused(channel, address, e);
          socket.close();
          throw e;
        } catch (IOException | RuntimeException e) {
          socket.close();
          throw e;
        }
      }
    };
  }

  /**
   * A port that is bound, and taken connections at when it is {@linkplain Gate#open opened}.
   *
   * @param channel its name in the log
   * @param places how many may be let in at once
   */
  public Gate gate(String channel, InetSocketAddress address, int places) throws IOException {
    return new Gate(channel, address, places, connections(channel), refusals, clock);
  }

  /** Akka's side of it; empty without TLS. */
  Optional<SSLEngineProvider> engines(String channel) {
    return tls.map(with -> new ArteryEngines(with, refusals, channel));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    refusals.sum();
  }
}
