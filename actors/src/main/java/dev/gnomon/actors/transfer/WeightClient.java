package dev.gnomon.actors.transfer;

import dev.gnomon.actors.transfer.TransferProtocol.Description;
import dev.gnomon.actors.transfer.TransferProtocol.Key;
import dev.gnomon.actors.transport.Connections;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.ChunkIndex;
import dev.gnomon.model.checkpoint.IncomingFile;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.engine.ReusedMemory;
import dev.gnomon.model.engine.WeightSet;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Fetches weight versions, and files of checkpoints, from a {@link WeightServer}, each chunk
 * checked as it comes. A fetch that was cut goes on with the chunks that are missing. Blocks.
 */
public final class WeightClient {

  private static final int CHUNKS_AHEAD = 4;
  private static final int MOST_ATTEMPTS = 4; // one after another in which nothing comes
  private static final int PAUSE_MS = 200;

  /** A server that has been busy for as long as that is not asked again. */
  private static final class ServerTooBusy extends IOException {
    private static final long serialVersionUID = 1L;

    ServerTooBusy(String what, InetSocketAddress server, Duration longest) {
      super(
          ("%s did not begin to come from %s, which has been busy with others or its disk for"
                  + " %d s; look at that node's disk, and at how many nodes fetch from it")
              .formatted(what, Location.hostAndPort(server), longest.toSeconds()));
    }
  }

  private final Connections connections;
  private final long largest;
  private final Duration longestBusy;
  private final Duration longestBusyWithVersion;
  private final ReusedMemory memory = new ReusedMemory();

  /**
   * A client by these connections: plain, or of TLS.
   *
   * @param largest bytes that a version may have; memory is taken for no more
   */
  public WeightClient(Connections connections, long largest) {
    this(
        connections,
        largest,
        TransferProtocol.LONGEST_BUSY,
        TransferProtocol.LONGEST_BUSY_WITH_VERSION);
  }

  WeightClient(
      Connections connections,
      long largest,
      Duration longestBusy,
      Duration longestBusyWithVersion) {
    this.connections = connections;
    this.largest = largest;
    this.longestBusy = longestBusy;
    this.longestBusyWithVersion = longestBusyWithVersion;
  }

  /**
   * Fetches a version. One thread at a time may; memory of weights that were {@linkplain
   * WeightSet#release released} is used for those fetched next.
   *
   * @param digest of its parcel, as it was announced
   * @throws FileNotFoundException if the server does not have it, or not any more
   * @throws IOException if it does not come through whole
   */
  public WeightSet fetch(
      InetSocketAddress server, String run, long lineage, long version, String digest)
      throws IOException {
    Incoming.Weights weights = incoming(digest);
    Key key = new TransferProtocol.Version(run, lineage, version);
    String what = "version %d of lineage %d".formatted(version, lineage);
    try {
      new Fetch(server, key, weights, what, () -> true).untilWhole();
      return weights.weights();
    } catch (IOException e) {
      weights.release();
      throw e;
    }
  }

  /** Weights that are to come into this client's memory. */
  Incoming.Weights incoming(String digest) {
    return new Incoming.Weights(digest, largest, memory);
  }

  /**
   * Fetches a file to {@code place}. Any number of threads may.
   *
   * @throws FileNotFoundException if the server does not have it, or not any more
   * @throws CheckpointException if it can not be written here, or is damaged there
   * @throws IOException if it does not come through
   */
  public void fetch(
      InetSocketAddress server, SavedFile file, Path place, FileExchange.Recipient recipient)
      throws IOException {
    Key key = new TransferProtocol.Saved(file.sha256());
    try (IncomingFile incoming = new IncomingFile(place, file)) {
      new Fetch(server, key, new Incoming.ToDisk(incoming), place.toString(), recipient)
          .untilWhole();
      incoming.complete();
    }
  }

  /** One fetch, by as many connections as it takes. */
  final class Fetch {
    private final InetSocketAddress server;
    private final Key key;
    private final Incoming incoming;
    private final String what;
    private final FileExchange.Recipient recipient;
    private byte[] bytes = new byte[0]; // of the chunk at hand
    private boolean came; // something, by the connection at hand

    Fetch(
        InetSocketAddress server,
        Key key,
        Incoming incoming,
        String what,
        FileExchange.Recipient recipient) {
      this.server = server;
      this.key = key;
      this.incoming = incoming;
      this.what = what;
      this.recipient = recipient;
    }

    void untilWhole() throws IOException {
      int inVain = 0;
      while (true) {
        came = false;
        try {
          connect();
          return;
        } catch (FileNotFoundException
            | CheckpointException
            | NoLongerWanted
            | ServerTooBusy forGood) {
          throw forGood;
        } catch (IOException e) {
          inVain = came ? 1 : inVain + 1;
          if (inVain == MOST_ATTEMPTS) {
            throw new IOException(
                "%s did not come from %s: %s"
                    .formatted(what, Location.hostAndPort(server), e.getMessage()),
                e);
          }
          pause(inVain - 1);
        }
      }
    }

    private void connect() throws IOException {
      requireWanted();
      try (Socket socket = connections.connected(server, TransferProtocol.PATIENCE_MS)) {
        pull(socket.getInputStream(), socket.getOutputStream());
      }
    }

    /** Takes what is missing from a server. */
    void pull(InputStream from, OutputStream to) throws IOException {
      DataInputStream in = new DataInputStream(new BufferedInputStream(from));
      DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
      key.write(out);
      out.flush();
      describe(in);
      pull(in, out);
    }

    private void describe(DataInputStream in) throws IOException {
      Duration longest =
          key instanceof TransferProtocol.Version ? longestBusyWithVersion : longestBusy;
      long began = System.nanoTime();
      byte answer = in.readByte();
      while (answer == TransferProtocol.BUSY) {
        requireWanted();
        if (System.nanoTime() - began > longest.toNanos()) {
          throw new ServerTooBusy(what, server, longest);
        }
        answer = in.readByte();
      }
      if (answer != TransferProtocol.FOUND) {
        throw new FileNotFoundException(
            "%s is not at %s".formatted(what, Location.hostAndPort(server)));
      }
      Description description = Description.read(in);
      incoming.describe(description);
      bytes = new byte[(int) Math.min(ChunkIndex.CHUNK_BYTES, description.index().size())];
    }

    private void pull(DataInputStream in, DataOutputStream out) throws IOException {
      Deque<Integer> asked = new ArrayDeque<>();
      int next = incoming.missing(0);
      while (next < incoming.chunks() || !asked.isEmpty()) {
        while (next < incoming.chunks() && asked.size() < CHUNKS_AHEAD) {
          out.writeInt(next);
          asked.add(next);
          next = incoming.missing(next + 1);
        }
        out.flush();
        receive(asked.remove(), in);
        requireWanted();
      }
      out.writeInt(TransferProtocol.END);
      out.flush();
    }

    private void receive(int chunk, DataInputStream in) throws IOException {
      int count = incoming.bytes(chunk);
      in.readFully(bytes, 0, count);
      if (!incoming.take(chunk, bytes, count)) {
        throw new IOException("chunk %d came broken".formatted(chunk));
      }
      came = true;
      recipient.came(count);
    }

    private void requireWanted() throws NoLongerWanted {
      if (!recipient.wants()) {
        throw new NoLongerWanted(what);
      }
    }

    private static void pause(int attempt) throws IOException {
      try {
        Thread.sleep((long) PAUSE_MS << attempt);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while weights were fetched", e);
      }
    }
  }
}
