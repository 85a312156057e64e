package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.ChunkIndex;
import dev.gnomon.model.checkpoint.WeightRegistry;
import java.nio.ByteBuffer;

/** A version in memory. */
record ServedVersion(WeightRegistry.Lease lease) implements Served {

  @Override
  public ChunkIndex index() {
    return lease.parcel().index();
  }

  @Override
  public byte[] head() {
    return lease.parcel().image().head();
  }

  @Override
  public int read(int chunk, byte[] into) {
    int length = 0;
    for (ByteBuffer part : lease.parcel().behindHead(chunk)) {
      int count = part.remaining();
      part.get(into, length, count);
      length += count;
    }
    return length;
  }

  @Override
  public void close() {
    lease.close();
  }
}
