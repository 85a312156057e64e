package dev.gnomon.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A disk that ends: the process with it after some operations, or its space after some bytes. */
final class FailingDisk implements Disk {

  /** The process was killed: nothing that it would still have done happens. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final long operationsBeforeKill;
  private long operations;
  private long freeBytes;

  private FailingDisk(long operationsBeforeKill, long freeBytes) {
    this.operationsBeforeKill = operationsBeforeKill;
    this.freeBytes = freeBytes;
  }

  static FailingDisk killedAfter(long operations) {
    return new FailingDisk(operations, Long.MAX_VALUE);
  }

  static FailingDisk withSpaceFor(long bytes) {
    return new FailingDisk(Long.MAX_VALUE, bytes);
  }

  @Override
  public void makeDirectories(Path directory) throws IOException {
    operation();
    LOCAL.makeDirectories(directory);
  }

  @Override
  public WritableByteChannel create(Path file) throws IOException {
    operation();
    return new FailingChannel(LOCAL.create(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    operation();
    LOCAL.rename(from, to);
  }

  @Override
  public void sync(Path directory) throws IOException {
    operation();
    LOCAL.sync(directory);
  }

  @Override
  public void delete(Path path) throws IOException {
    operation();
    LOCAL.delete(path);
  }

  private void operation() {
    if (operations++ >= operationsBeforeKill) {
      throw new Killed();
    }
  }

  private final class FailingChannel implements WritableByteChannel {
    private final WritableByteChannel target;

    FailingChannel(WritableByteChannel target) {
      this.target = target;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int end = bytes.limit();
      if (operations >= operationsBeforeKill) { // killed in the midst of this write
        bytes.limit(bytes.position() + bytes.remaining() / 2);
        target.write(bytes);
      } else if (bytes.remaining() > freeBytes) {
        bytes.limit(bytes.position() + (int) freeBytes);
        freeBytes -= target.write(bytes);
        throw new IOException("No space left on device");
      }
      operation();
      bytes.limit(end);
      int count = target.write(bytes);
      freeBytes -= count;
      return count;
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
}
