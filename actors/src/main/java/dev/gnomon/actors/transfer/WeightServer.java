package dev.gnomon.actors.transfer;

import dev.gnomon.actors.transfer.TransferProtocol.Description;
import dev.gnomon.actors.transfer.TransferProtocol.Key;
import dev.gnomon.model.checkpoint.ChunkIndex;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.WeightRegistry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the weight versions of a JVM to others, chunk by chunk, on a port of its own. A version
 * that is being fetched stays until it was, or until the peer has been silent for long.
 */
public final class WeightServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WeightServer.class);
  private static final int MOST_PEERS = 64;

  private final WeightRegistry registry;
  private final ServerSocket listening;
  private final Set<Socket> peers = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MOST_PEERS);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "gnomon-weight-server");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Serves what is in {@code registry}.
   *
   * @param sockets makes the listening socket: plain, or of TLS
   * @param address to bind to; port 0 takes a free one
   */
  public WeightServer(
      WeightRegistry registry, ServerSocketFactory sockets, InetSocketAddress address)
      throws IOException {
    this.registry = registry;
    this.listening = sockets.createServerSocket();
    this.listening.bind(address);
    threads.execute(this::accept);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        places.acquire();
        Socket peer = listening.accept();
        peers.add(peer);
        threads.execute(() -> serve(peer));
      } catch (IOException e) {
        places.release();
        if (!listening.isClosed()) {
          LOG.warn("event=weights-not-accepted cause=\"{}\"", e.toString());
        }
      } catch (InterruptedException | RejectedExecutionException closed) {
        return;
      }
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      peer.setSoTimeout(TransferProtocol.PATIENCE_MS);
      peer.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(new BufferedInputStream(peer.getInputStream()));
      DataOutputStream out = new DataOutputStream(new BufferedOutputStream(peer.getOutputStream()));
      Key key = Key.read(in);
      Optional<WeightRegistry.Lease> lease =
          registry.acquire(key.run(), key.lineage(), key.version());
      if (lease.isEmpty()) {
        out.writeByte(TransferProtocol.ABSENT);
        out.flush();
        return;
      }
      try (WeightRegistry.Lease held = lease.get()) {
        send(held.parcel(), in, out);
      }
    } catch (EOFException gone) {
      LOG.debug("event=weights-peer-gone peer={}", peer.getRemoteSocketAddress());
    } catch (IOException e) {
      if (!listening.isClosed()) {
        LOG.warn(
            "event=weights-not-sent peer={} cause=\"{}\"",
            peer.getRemoteSocketAddress(),
            e.toString());
      }
    } finally {
      peers.remove(peer);
      places.release();
    }
  }

  private static void send(Parcel parcel, DataInputStream in, DataOutputStream out)
      throws IOException {
    byte[] head = parcel.image().head();
    out.writeByte(TransferProtocol.FOUND);
    new Description(parcel.index(), head).write(out);
    out.flush();
    byte[] bytes = new byte[ChunkIndex.CHUNK_BYTES];
    for (int chunk = in.readInt(); chunk != TransferProtocol.END; chunk = in.readInt()) {
      if (chunk < 0 || chunk >= parcel.index().chunks()) {
        throw new ProtocolException("chunk %d was asked for".formatted(chunk));
      }
      int length = 0;
      for (ByteBuffer part : parcel.behindHead(chunk)) {
        int count = part.remaining();
        part.get(bytes, length, count);
        length += count;
      }
      out.write(bytes, 0, length);
      if (in.available() < Integer.BYTES) {
        out.flush();
      }
    }
  }

  /** Ends all connections; a fetch that is under way fails and may go on elsewhere. */
  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
    for (Socket peer : peers) {
      peer.close();
    }
  }
}
