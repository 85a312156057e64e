package dev.gnomon.actors.transfer;

import dev.gnomon.actors.transfer.TransferProtocol.Description;
import dev.gnomon.actors.transfer.TransferProtocol.Key;
import dev.gnomon.actors.transfer.TransferProtocol.Saved;
import dev.gnomon.actors.transfer.TransferProtocol.Version;
import dev.gnomon.model.checkpoint.ChunkIndex;
import dev.gnomon.model.checkpoint.SavedFile;
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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the weight versions of a JVM to others, and files of checkpoints that it offers, chunk by
 * chunk, on a port of its own. What is being fetched stays until it was, or until the peer has been
 * silent for long.
 */
public final class WeightServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WeightServer.class);
  private static final int MOST_PEERS = 64;
  private static final int BUSY_MS = TransferProtocol.PATIENCE_MS / 5;

  private final WeightRegistry registry;
  private final ServerSocket listening;
  private final Set<Socket> peers = ConcurrentHashMap.newKeySet();
  private final Map<String, OfferedFile> files = new ConcurrentHashMap<>(); // by SHA-256
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

  /** Serves a file too, for as long as it lies there. */
  public void offer(SavedFile file, Path path) {
    files.values().removeIf(older -> Files.notExists(older.path()));
    files.compute(
        file.sha256(),
        (hash, offered) ->
            offered != null && offered.path().equals(path) ? offered : new OfferedFile(path));
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
      Optional<Served> found = open(Key.read(in));
      if (found.isEmpty()) {
        out.writeByte(TransferProtocol.ABSENT);
        out.flush();
        return;
      }
      try (Served served = found.get()) {
        send(served, index(served, out), in, out);
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

  private Optional<Served> open(Key key) throws IOException {
    if (key instanceof Version version) {
      return registry
          .acquire(version.run(), version.lineage(), version.version())
          .map(ServedVersion::new);
    }
    OfferedFile offered = files.get(((Saved) key).sha256());
    try {
      return offered == null ? Optional.empty() : Optional.of(offered.open());
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  /** Works the checksums out, and says so for as long as that takes. */
  private ChunkIndex index(Served served, DataOutputStream out) throws IOException {
    Future<ChunkIndex> index = threads.submit(served::index);
    while (true) {
      try {
        return index.get(BUSY_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException stillBusy) {
        out.writeByte(TransferProtocol.BUSY);
        out.flush();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e.getCause());
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt();
        throw new IOException("the server is closed", closed);
      }
    }
  }

  private static void send(
      Served served, ChunkIndex index, DataInputStream in, DataOutputStream out)
      throws IOException {
    out.writeByte(TransferProtocol.FOUND);
    new Description(index, served.head()).write(out);
    out.flush();
    byte[] bytes = new byte[ChunkIndex.CHUNK_BYTES];
    for (int chunk = in.readInt(); chunk != TransferProtocol.END; chunk = in.readInt()) {
      if (chunk < 0 || chunk >= index.chunks()) {
        throw new ProtocolException("chunk %d was asked for".formatted(chunk));
      }
      out.write(bytes, 0, served.read(chunk, bytes));
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
