package dev.gnomon.actors.transfer;

import dev.gnomon.actors.transfer.TransferProtocol.Description;
import dev.gnomon.actors.transfer.TransferProtocol.Key;
import dev.gnomon.actors.transfer.TransferProtocol.Saved;
import dev.gnomon.actors.transfer.TransferProtocol.Version;
import dev.gnomon.actors.transport.Gate;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.ChunkIndex;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.checkpoint.WeightRegistry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the weight versions of a JVM to others, and files of checkpoints that it offers, chunk by
 * chunk, on a port of its own. What is being fetched stays until it was, or until the peer has been
 * silent for long.
 */
public final class WeightServer implements AutoCloseable {

  /** What its port is called in logs. */
  public static final String CHANNEL = "weights";

  private static final Logger LOG = LoggerFactory.getLogger(WeightServer.class);
  private static final int MOST_SERVED = 256; // at a time; the others wait, and are told so
  private static final int MOST_PEERS = 1024;
  private static final int BUSY_MS = TransferProtocol.PATIENCE_MS / 5;

  /**
   * For what a peer has to wait.
   *
   * @param <T> what comes
   */
  private interface Wait<T> {
    Optional<T> within(int ms) throws InterruptedException, IOException;
  }

  private final WeightRegistry registry;
  private final Semaphore places;
  private final Map<String, OfferedFile> files = new ConcurrentHashMap<>(); // by SHA-256
  private final ExecutorService checksums =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "gnomon-checksums");
            thread.setDaemon(true);
            return thread;
          });
  private final Gate gate;

  /**
   * Serves what is in {@code registry}.
   *
   * @param address to listen at; port 0 takes a free one
   */
  public WeightServer(WeightRegistry registry, Transport transport, InetSocketAddress address)
      throws IOException {
    this(registry, transport, address, MOST_SERVED);
  }

  WeightServer(
      WeightRegistry registry, Transport transport, InetSocketAddress address, int mostServed)
      throws IOException {
    this.registry = registry;
    this.places = new Semaphore(mostServed, true);
    this.gate = transport.gate(CHANNEL, address, MOST_PEERS);
    gate.open(this::serve);
  }

  /** Where it is found, by the name it was given. */
  public InetSocketAddress address() {
    return gate.address();
  }

  /** Serves a file too, for as long as it lies there. */
  public void offer(SavedFile file, Path path) {
    files.values().removeIf(older -> Files.notExists(older.path()));
    files.compute(
        file.sha256(),
        (hash, offered) ->
            offered != null && offered.path().equals(path) ? offered : new OfferedFile(path));
  }

  private void serve(Socket peer) throws IOException {
    peer.setSoTimeout(TransferProtocol.PATIENCE_MS);
    try {
      serve(peer.getInputStream(), peer.getOutputStream());
    } catch (EOFException | ProtocolException e) {
      throw e;
    } catch (IOException e) {
      if (!checksums.isShutdown()) {
        LOG.warn(
            "event=weights-not-sent peer={} cause=\"{}\"",
            peer.getRemoteSocketAddress(),
            e.toString());
      }
    }
  }

  /** Says what is asked for, until the peer has enough. */
  void serve(InputStream from, OutputStream to) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
    Key key = Key.read(in);
    await(
        out,
        "a place",
        ms -> Optional.of(places.tryAcquire(ms, TimeUnit.MILLISECONDS)).filter(taken -> taken));
    try {
      serve(key, in, out);
    } finally {
      places.release();
    }
  }

  private void serve(Key key, DataInputStream in, DataOutputStream out) throws IOException {
    Optional<Served> found = open(key);
    if (found.isEmpty()) {
      out.writeByte(TransferProtocol.ABSENT);
      out.flush();
      return;
    }
    try (Served served = found.get()) {
      send(served, index(served, out), in, out);
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

  /** Works the checksums out. */
  private ChunkIndex index(Served served, DataOutputStream out) throws IOException {
    Future<ChunkIndex> index = submit(served);
    return await(
        out,
        "checksums",
        ms -> {
          try {
            return Optional.of(index.get(ms, TimeUnit.MILLISECONDS));
          } catch (TimeoutException notYet) {
            return Optional.empty();
          } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
          }
        });
  }

  /** Says that this server is busy for as long as the wait takes, which is not for ever. */
  private static <T> T await(DataOutputStream out, String forWhat, Wait<T> wait)
      throws IOException {
    long began = System.nanoTime();
    try {
      Optional<T> came = wait.within(BUSY_MS);
      while (came.isEmpty()) {
        if (System.nanoTime() - began > TransferProtocol.LONGEST_BUSY.toNanos()) {
          throw new IOException(
              "%s did not come within %s".formatted(forWhat, TransferProtocol.LONGEST_BUSY));
        }
        out.writeByte(TransferProtocol.BUSY);
        out.flush();
        came = wait.within(BUSY_MS);
      }
      return came.get();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is closed", closed);
    }
  }

  private Future<ChunkIndex> submit(Served served) throws IOException {
    try {
      return checksums.submit(served::index);
    } catch (RejectedExecutionException closed) {
      throw new IOException("the server is closed", closed);
    }
  }

  private static void send(
      Served served, ChunkIndex index, DataInputStream in, DataOutputStream out)
      throws IOException {
    out.writeByte(TransferProtocol.FOUND);
    new Description(index, served.head()).write(out);
    out.flush();
    byte[] bytes = new byte[(int) Math.min(ChunkIndex.CHUNK_BYTES, index.size())];
    for (int chunk = in.readInt(); chunk != TransferProtocol.END; chunk = in.readInt()) {
      if (chunk < 0 || chunk >= index.chunks()) {
        throw new ProtocolException("chunk %d was asked for".formatted(chunk));
      }
      out.write(bytes, 0, served.read(chunk, bytes));
      if (in.available() < Integer.BYTES) {
        out.flush();
      }
    }
    out.flush();
  }

  /** Ends all connections; a fetch that is under way fails and may go on elsewhere. */
  @Override
  public void close() throws IOException {
    checksums.shutdownNow();
    gate.close();
  }
}
