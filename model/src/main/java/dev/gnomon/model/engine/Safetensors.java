package dev.gnomon.model.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes safetensors files: 8 bytes of header length (little-endian), a JSON header, the
 * tensors' bytes.
 *
 * <p>Format: https://github.com/huggingface/safetensors. Files are mapped, not copied, and may be
 * of any size; a tensor is at most 2 GiB. A file that is not exactly what its header says is
 * refused with a {@link SafetensorsException}.
 */
public final class Safetensors {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final long WINDOW_BYTES = 1L << 30;
  private static final int PIECE_BYTES = 1 << 20;

  private Safetensors() {}

  /** The tensors of {@code file}, in the header's order, as views of the mapped file. */
  public static WeightSet read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      SafetensorsHeader header = header(file, channel);
      Map<String, HostTensor> found = map(channel, header);
      Map<String, HostTensor> tensors = new LinkedHashMap<>();
      header.entries().forEach(entry -> tensors.put(entry.name(), found.get(entry.name())));
      return new WeightSet(tensors);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The free text in the header of {@code file}. */
  public static Map<String, String> metadata(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return header(file, channel).metadata();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Writes {@code file} whole: after a failure, what was there before is untouched. */
  public static void write(Path file, WeightSet weights, Map<String, String> metadata)
      throws IOException {
    WholeFile.write(file, channel -> write(channel, weights, metadata));
  }

  /** Streams the file's bytes, in pieces of 1 MiB; holds no copy of the weights. */
  public static void write(
      WritableByteChannel channel, WeightSet weights, Map<String, String> metadata)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.of(weights, metadata);
    byte[] json = header.encode();
    if (json.length > SafetensorsHeader.LONGEST) {
      throw new IOException(
          "the header would take %d bytes, the format allows %d"
              .formatted(json.length, SafetensorsHeader.LONGEST));
    }
    ByteBuffer start =
        ByteBuffer.allocate(LENGTH_BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, start.putLong(json.length).put(json).flip());
    for (SafetensorsHeader.Entry entry : header.byOffset()) {
      writeFully(channel, weights.get(entry.name()).data());
    }
  }

  /**
   * In pieces, because a channel copies a heap buffer whole into direct memory before it writes.
   */
  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(bytes.position() + PIECE_BYTES, end));
      channel.write(bytes);
    }
  }

  private static SafetensorsHeader header(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new SafetensorsException(file, "cut: " + size + " bytes do not hold a header length");
    }
    long length = read(channel, 0, LENGTH_BYTES).getLong();
    if (length < 0 || length > SafetensorsHeader.LONGEST) {
      throw new SafetensorsException(
          file,
          "header length %s is over the format's %d"
              .formatted(Long.toUnsignedString(length), SafetensorsHeader.LONGEST));
    }
    if (length > size - LENGTH_BYTES) {
      throw new SafetensorsException(
          file, "cut: the header takes %d bytes, the file has %d".formatted(length, size));
    }
    try {
      ByteBuffer json = read(channel, LENGTH_BYTES, (int) length);
      return SafetensorsHeader.decode(json, size - LENGTH_BYTES - length);
    } catch (SafetensorsHeader.Malformed e) {
      throw new SafetensorsException(file, e.getMessage(), e);
    }
  }

  /** Neighbouring tensors share a mapping of up to 1 GiB: the system allows only so many. */
  private static Map<String, HostTensor> map(FileChannel channel, SafetensorsHeader header)
      throws IOException {
    List<SafetensorsHeader.Entry> ordered = header.byOffset();
    long data = ordered.isEmpty() ? 0 : channel.size() - ordered.get(ordered.size() - 1).to();
    Map<String, HostTensor> tensors = new HashMap<>();
    List<SafetensorsHeader.Entry> window = new ArrayList<>();
    for (SafetensorsHeader.Entry entry : ordered) {
      if (!window.isEmpty() && entry.to() - window.get(0).from() > WINDOW_BYTES) {
        mapWindow(channel, data, window, tensors);
        window.clear();
      }
      window.add(entry);
    }
    if (!window.isEmpty()) {
      mapWindow(channel, data, window, tensors);
    }
    return tensors;
  }

  private static void mapWindow(
      FileChannel channel,
      long data,
      List<SafetensorsHeader.Entry> window,
      Map<String, HostTensor> tensors)
      throws IOException {
    long from = window.get(0).from();
    long to = window.get(window.size() - 1).to();
    ByteBuffer mapped = channel.map(MapMode.READ_ONLY, data + from, to - from);
    for (SafetensorsHeader.Entry entry : window) {
      ByteBuffer bytes = mapped.slice((int) (entry.from() - from), entry.bytes());
      tensors.put(entry.name(), new HostTensor(entry.type(), entry.shape(), bytes));
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("it ended while it was read");
      }
    }
    return bytes.flip();
  }

  private static SafetensorsException unreadable(Path file, IOException e) {
    String reason =
        e instanceof NoSuchFileException ? "no such file" : "can not be read: " + e.getMessage();
    return new SafetensorsException(file, reason, e);
  }
}
