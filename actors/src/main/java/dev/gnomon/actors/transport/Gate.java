package dev.gnomon.actors.transport;

import dev.gnomon.actors.telemetry.SupervisionLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of this process. Who comes has to prove within seconds who it is; no more than so many may
 * be about it, and no more than so many may be in. Each that is let in has a thread.
 */
public final class Gate implements AutoCloseable {

  /** What happens with a connection that was let in. */
  @FunctionalInterface
  public interface Guest {

    /**
     * Serves a connection until it is over; it is closed then.
     *
     * @throws ProtocolException if what is said over it is not what is said here
     */
    void serve(Socket connection) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final int MOST_AT_THE_GATE = 128;
  private static final int SECONDS_AT_THE_GATE = 30; // a machine that is busy starting many is slow
  private static final int PAUSE_MS = 100;

  private final String channel;
  private final InetSocketAddress named;
  private final Connections connections;
  private final Refusals refusals;
  private final ScheduledExecutorService clock;
  private final ServerSocket listening = new ServerSocket();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Semaphore atTheGate = new Semaphore(MOST_AT_THE_GATE);
  private final Semaphore places;
  private final ExecutorService threads;

  Gate(
      String channel,
      InetSocketAddress address,
      int places,
      Connections connections,
      Refusals refusals,
      ScheduledExecutorService clock)
      throws IOException {
    this.channel = channel;
    this.connections = connections;
    this.refusals = refusals;
    this.clock = clock;
    this.places = new Semaphore(places);
    this.threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "gnomon-" + channel);
              thread.setDaemon(true);
              return thread;
            });
    listening.setReuseAddress(true); // a node that is started again takes its own place
    try {
      listening.bind(address);
    } catch (IOException e) {
      listening.close();
      throw new IOException(
          "%s:%d can not be listened at for %s: %s"
              .formatted(address.getHostString(), address.getPort(), channel, e.getMessage()),
          e);
    }
    this.named = new InetSocketAddress(address.getHostString(), listening.getLocalPort());
  }

  /** Where it is, by the name it was given. */
  public InetSocketAddress address() {
    return named;
  }

  /** Begins to let connections in. Those that came before have waited. */
  public void open(Guest guest) {
    SupervisionLog.event("listening")
        .with("channel", channel)
        .with("address", named.getHostString() + ":" + named.getPort())
        .with("tls", connections.areSecure() ? "1.3" : "none")
        .info();
    threads.execute(() -> accept(guest));
  }

  private void accept(Guest guest) {
    while (!listening.isClosed()) {
      try {
        admit(listening.accept(), guest);
      } catch (RejectedExecutionException closed) {
        return;
      } catch (IOException e) {
        if (!listening.isClosed()) {
          LOG.warn("event=not-accepted channel={} cause=\"{}\"", channel, e.toString());
          pause(); // such as too many open files
        }
      }
    }
  }

  private void admit(Socket socket, Guest guest) throws IOException {
    if (!atTheGate.tryAcquire()) {
      refuse(socket, "more than %d have yet to say who they are".formatted(MOST_AT_THE_GATE));
      return;
    }
    open.add(socket);
    try {
      threads.execute(() -> enter(socket, guest));
    } catch (RejectedExecutionException | OutOfMemoryError e) { // or: no thread is to be had now
      atTheGate.release();
      open.remove(socket);
      socket.close();
      if (e instanceof RejectedExecutionException closed) {
        throw closed;
      }
      throw new IOException(e);
    }
  }

  private void refuse(Socket socket, String cause) throws IOException {
    refusals.refused(channel, socket.getRemoteSocketAddress(), cause);
    socket.close();
  }

  private void enter(Socket socket, Guest guest) {
    SocketAddress peer = socket.getRemoteSocketAddress();
    try (socket) {
      Socket secured;
      try {
        socket.setTcpNoDelay(true);
        secured = proven(socket);
      } finally {
        atTheGate.release();
      }
      if (!places.tryAcquire()) {
        refuse(socket, "all places are taken");
        return;
      }
      try {
        guest.serve(secured);
      } finally {
        places.release();
      }
    } catch (SSLException | ProtocolException e) {
      refusals.refused(channel, peer, e);
    } catch (IOException e) {
      LOG.debug("event=connection-ended channel={} peer={} cause=\"{}\"", channel, peer, e);
    } catch (RuntimeException e) {
      LOG.error("event=connection-failed channel={} peer={}", channel, peer, e);
    } finally {
      open.remove(socket);
    }
  }

  private Socket proven(Socket socket) throws IOException {
    ScheduledFuture<?> deadline =
        clock.schedule(() -> closeQuietly(socket), SECONDS_AT_THE_GATE, TimeUnit.SECONDS);
    try {
      return connections.accepted(socket);
    } catch (IOException e) {
      if (deadline.isDone()) {
        throw new ProtocolException(
            "it did not say who it is within %d s".formatted(SECONDS_AT_THE_GATE));
      }
      throw e;
    } finally {
      deadline.cancel(false);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("event=not-closed cause=\"{}\"", e.toString());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all connections. */
  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
    open.forEach(Gate::closeQuietly);
  }
}
