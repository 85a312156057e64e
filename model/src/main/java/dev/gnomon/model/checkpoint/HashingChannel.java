package dev.gnomon.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Passes bytes on and takes their count and SHA-256 on the way. */
final class HashingChannel implements WritableByteChannel {
  private final WritableByteChannel target;
  private final MessageDigest digest = WeightDigest.sha256();
  private long bytes;

  HashingChannel(WritableByteChannel target) {
    this.target = target;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    ByteBuffer written = source.duplicate();
    int count = target.write(source);
    digest.update(written.limit(written.position() + count));
    bytes += count;
    return count;
  }

  /** What was written, as the file {@code name}; ends the hash. */
  SavedFile saved(String name) {
    return new SavedFile(name, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public boolean isOpen() {
    return target.isOpen();
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
