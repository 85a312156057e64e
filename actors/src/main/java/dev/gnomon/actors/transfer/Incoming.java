package dev.gnomon.actors.transfer;

import dev.gnomon.actors.transfer.TransferProtocol.Description;
import dev.gnomon.model.checkpoint.IncomingFile;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.engine.ReusedMemory;
import dev.gnomon.model.engine.SafetensorsImage;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** What a client fetches: where its chunks go, and which of them are there. */
interface Incoming {

  /** Is told by each server that is asked what it has. */
  void describe(Description description) throws IOException;

  /** The first chunk from {@code chunk} on that is missing; past the last when there is none. */
  int missing(int chunk);

  int chunks();

  /** How many bytes of a chunk are sent. */
  int bytes(int chunk);

  /** Takes a chunk; gives whether it is as it should be. */
  boolean take(int chunk, byte[] bytes, int count) throws IOException;

  /** Weights, into memory. */
  final class Weights implements Incoming {

    private final String digest;
    private final long largest;
    private final ReusedMemory memory;
    private final BitSet whole = new BitSet();
    private Parcel parcel; // null until it is described

    /** Memory is taken for no more than {@code largest} bytes. */
    Weights(String digest, long largest, ReusedMemory memory) {
      this.digest = digest;
      this.largest = largest;
      this.memory = memory;
    }

    @Override
    public void describe(Description description) throws IOException {
      if (!description.index().digest().equals(digest)) {
        throw new ProtocolException("what the server has is not the one that was announced");
      }
      if (parcel == null) {
        parcel = allocate(description);
      }
    }

    private Parcel allocate(Description description) throws IOException {
      long size = description.index().size();
      if (size > largest) {
        throw new IOException(
            "weights of %d bytes were announced, this run's are no larger than %d"
                .formatted(size, largest));
      }
      try {
        return new Parcel(
            SafetensorsImage.incoming(description.head(), size, memory::forSizes),
            description.index());
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    @Override
    public int missing(int chunk) {
      return whole.nextClearBit(chunk);
    }

    @Override
    public int chunks() {
      return parcel.index().chunks();
    }

    @Override
    public int bytes(int chunk) {
      return parcel.behindHead(chunk).stream().mapToInt(ByteBuffer::remaining).sum();
    }

    @Override
    public boolean take(int chunk, byte[] bytes, int count) {
      int from = 0;
      for (ByteBuffer part : parcel.behindHead(chunk)) {
        int length = part.remaining();
        part.put(bytes, from, length);
        from += length;
      }
      whole.set(chunk, parcel.index().holds(chunk, parcel.chunk(chunk)));
      return whole.get(chunk);
    }

    WeightSet weights() {
      return parcel.image().weights();
    }

    void release() {
      if (parcel != null) {
        weights().release();
      }
    }
  }

  /** A file, into a folder. */
  record ToDisk(IncomingFile file) implements Incoming {

    @Override
    public void describe(Description description) throws IOException {
      file.describe(description.index());
    }

    @Override
    public int missing(int chunk) {
      return file.missing(chunk);
    }

    @Override
    public int chunks() {
      return file.chunks();
    }

    @Override
    public int bytes(int chunk) {
      return file.bytes(chunk);
    }

    @Override
    public boolean take(int chunk, byte[] bytes, int count) throws IOException {
      return file.take(chunk, ByteBuffer.wrap(bytes, 0, count));
    }
  }
}
