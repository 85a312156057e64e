package dev.gnomon.model.data;

import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory, as javax.imageio reads it. */
final class ByteArrayImageInput extends ImageInputStreamImpl {

  private final byte[] file;

  ByteArrayImageInput(byte[] file) {
    this.file = file;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < file.length ? file[(int) streamPos++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    bitOffset = 0;
    int count = (int) Math.min(length, file.length - streamPos);
    if (count <= 0) {
      return length == 0 ? 0 : -1;
    }
    System.arraycopy(file, (int) streamPos, into, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return file.length;
  }
}
