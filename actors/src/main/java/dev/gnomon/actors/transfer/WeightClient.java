package dev.gnomon.actors.transfer;

import dev.gnomon.actors.transfer.TransferProtocol.Description;
import dev.gnomon.actors.transfer.TransferProtocol.Key;
import dev.gnomon.model.checkpoint.ChunkIndex;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.engine.ReusedMemory;
import dev.gnomon.model.engine.SafetensorsImage;
import dev.gnomon.model.engine.WeightSet;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import javax.net.SocketFactory;

/**
 * Fetches weight versions from a {@link WeightServer}, each chunk checked as it comes. A fetch that
 * was cut goes on with the chunks that are missing. Memory of weights that were {@linkplain
 * WeightSet#release released} is used for those fetched next. Blocks; used by one thread at a time.
 */
public final class WeightClient {

  private static final int CHUNKS_AHEAD = 4;
  private static final int MOST_ATTEMPTS = 4;
  private static final int PAUSE_MS = 200;

  private final SocketFactory sockets;
  private final ReusedMemory memory = new ReusedMemory();

  /** A client whose sockets are plain, or of TLS. */
  public WeightClient(SocketFactory sockets) {
    this.sockets = sockets;
  }

  /** A version that is coming in. */
  private static final class Incoming {
    private final Parcel parcel;
    private final BitSet whole = new BitSet();

    Incoming(Parcel parcel) {
      this.parcel = parcel;
    }
  }

  /**
   * Fetches a version.
   *
   * @param digest of its parcel, as it was announced
   * @throws FileNotFoundException if the server does not have it, or not any more
   * @throws IOException if it does not come through whole
   */
  public WeightSet fetch(
      InetSocketAddress server, String run, long lineage, long version, String digest)
      throws IOException {
    Key key = new Key(run, lineage, version);
    Incoming incoming = null;
    IOException failure = null;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try (Socket socket = sockets.createSocket()) {
        socket.connect(server, TransferProtocol.PATIENCE_MS);
        socket.setSoTimeout(TransferProtocol.PATIENCE_MS);
        socket.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        Description description = describe(key, digest, in, out);
        if (incoming == null) {
          incoming = new Incoming(allocate(description));
        }
        pull(incoming, in, out);
        return incoming.parcel.image().weights();
      } catch (FileNotFoundException absent) {
        abandon(incoming);
        throw absent;
      } catch (IOException e) {
        failure = e;
        pause(attempt);
      }
    }
    abandon(incoming);
    throw new IOException(
        "version %d of lineage %d did not come from %s: %s"
            .formatted(version, lineage, server, failure.getMessage()),
        failure);
  }

  private static void abandon(Incoming incoming) {
    if (incoming != null) {
      incoming.parcel.image().weights().release();
    }
  }

  private static Description describe(
      Key key, String digest, DataInputStream in, DataOutputStream out) throws IOException {
    key.write(out);
    out.flush();
    if (in.readByte() != TransferProtocol.FOUND) {
      throw new FileNotFoundException("the server does not have " + key);
    }
    Description description = Description.read(in);
    if (!description.index().digest().equals(digest)) {
      throw new ProtocolException(
          "the server's %s is not the one that was announced".formatted(key));
    }
    return description;
  }

  private Parcel allocate(Description description) throws IOException {
    try {
      SafetensorsImage image =
          SafetensorsImage.incoming(
              description.head(), description.index().size(), memory::forSizes);
      return new Parcel(image, description.index());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void pull(Incoming incoming, DataInputStream in, DataOutputStream out)
      throws IOException {
    Parcel parcel = incoming.parcel;
    byte[] bytes = new byte[ChunkIndex.CHUNK_BYTES];
    Deque<Integer> asked = new ArrayDeque<>();
    int next = incoming.whole.nextClearBit(0);
    while (next < parcel.index().chunks() || !asked.isEmpty()) {
      while (next < parcel.index().chunks() && asked.size() < CHUNKS_AHEAD) {
        out.writeInt(next);
        asked.add(next);
        next = incoming.whole.nextClearBit(next + 1);
      }
      out.flush();
      int chunk = asked.remove();
      for (ByteBuffer part : parcel.behindHead(chunk)) {
        int count = part.remaining();
        in.readFully(bytes, 0, count);
        part.put(bytes, 0, count);
      }
      if (!parcel.index().holds(chunk, parcel.chunk(chunk))) {
        throw new IOException("chunk %d came broken".formatted(chunk));
      }
      incoming.whole.set(chunk);
    }
    out.writeInt(TransferProtocol.END);
    out.flush();
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
