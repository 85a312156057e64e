package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.ChunkIndex;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What client and server of weights say to each other, in big-endian numbers.
 *
 * <p>The client says {@link #MAGIC} and names a {@link Key}. The server answers {@link #FOUND} with
 * size, checksums and head of what it has by that name, or {@link #ABSENT}; {@link #BUSY} for as
 * long as it serves others or works the checksums out, which has an end. From then on the client
 * asks for chunks by their number, several ahead, and the server sends the bytes of each, those
 * behind the head, in the order they were asked for. {@link #END} ends it.
 */
final class TransferProtocol {

  static final int MAGIC = 0x474e5732; // GNW2
  static final int FOUND = 1;
  static final int ABSENT = 0;
  static final int BUSY = 2;
  static final int END = -1;

  /** Milliseconds that either side waits for a byte of the other. */
  static final int PATIENCE_MS = 15_000;

  /**
   * What either side waits for something to begin to come, busy as the server may be: 60 GB are
   * read within it from a disk of 100 MB/s.
   */
  static final Duration LONGEST_BUSY = Duration.ofMinutes(10);

  /** The same for a version, which is in memory: a teacher that waits for one can do nothing. */
  static final Duration LONGEST_BUSY_WITH_VERSION = Duration.ofMinutes(1);

  private static final long LARGEST = 1L << 40; // 1 TiB: its index takes 4 MiB
  private static final int LONGEST_NAME = 4096;
  private static final int LONGEST_HASH = 64; // SHA-256 in hex
  private static final int LONGEST_HEAD = 4 << 20; // some 40,000 tensors

  /** What a client wants. Texts are in modified UTF-8. */
  sealed interface Key {

    void write(DataOutputStream out) throws IOException;

    static Key read(DataInputStream in) throws IOException {
      if (in.readInt() != MAGIC) {
        throw new ProtocolException("the peer does not speak the protocol of weights");
      }
      byte kind = in.readByte();
      return switch (kind) {
        case Version.KIND -> new Version(text(in, LONGEST_NAME), in.readLong(), in.readLong());
        case Saved.KIND -> new Saved(text(in, LONGEST_HASH));
        default -> throw new ProtocolException("the peer wants something of kind " + kind);
      };
    }

    private static String text(DataInputStream in, int longest) throws IOException {
      int length = in.readUnsignedShort();
      if (length > longest) {
        throw new ProtocolException(
            "a name of %d bytes was sent, %d are the most".formatted(length, longest));
      }
      ByteBuffer text = ByteBuffer.allocate(Short.BYTES + length).putShort((short) length);
      in.readFully(text.array(), Short.BYTES, length);
      return new DataInputStream(new ByteArrayInputStream(text.array())).readUTF();
    }
  }

  /** A version of a run. */
  record Version(String run, long lineage, long version) implements Key {
    private static final byte KIND = 1;

    @Override
    public void write(DataOutputStream out) throws IOException {
      out.writeInt(MAGIC);
      out.writeByte(KIND);
      out.writeUTF(run);
      out.writeLong(lineage);
      out.writeLong(version);
    }
  }

  /** A file that was saved, by the SHA-256 of its bytes in hex. It has no head. */
  record Saved(String sha256) implements Key {
    private static final byte KIND = 2;

    @Override
    public void write(DataOutputStream out) throws IOException {
      out.writeInt(MAGIC);
      out.writeByte(KIND);
      out.writeUTF(sha256);
    }
  }

  /** What is known before the chunks come. */
  record Description(ChunkIndex index, byte[] head) {

    void write(DataOutputStream out) throws IOException {
      out.writeLong(index.size());
      for (int sum : index.sums()) {
        out.writeInt(sum);
      }
      out.writeInt(head.length);
      out.write(head);
    }

    /** Allocates no more than has come, whatever the peer claims. */
    static Description read(DataInputStream in) throws IOException {
      long size = in.readLong();
      if (size < 0 || size > LARGEST) {
        throw new ProtocolException("weights of %d bytes were announced".formatted(size));
      }
      byte[] sums = read(in, Integer.BYTES * ChunkIndex.chunks(size));
      int[] numbers = new int[sums.length / Integer.BYTES];
      ByteBuffer.wrap(sums).asIntBuffer().get(numbers);
      int head = in.readInt();
      if (head < 0 || head > LONGEST_HEAD || head > size) {
        throw new ProtocolException("a head of %d bytes was announced".formatted(head));
      }
      return new Description(new ChunkIndex(size, numbers), read(in, head));
    }

    private static byte[] read(DataInputStream in, int count) throws IOException {
      byte[] bytes = in.readNBytes(count); // grows as they come
      if (bytes.length < count) {
        throw new EOFException("the peer ended the connection");
      }
      return bytes;
    }
  }

  private TransferProtocol() {}
}
