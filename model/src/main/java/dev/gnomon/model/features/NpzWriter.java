package dev.gnomon.model.features;

import dev.gnomon.model.engine.WholeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes images as .npz in the convention of ADM's evaluations (Dhariwal and Nichol, 2021;
 * guided-diffusion's evaluator.py): {@code arr_0}, uint8 [N, H, W, C], and {@code arr_1}, int64
 * [N], their classes, here codes. Images come one after another and are not kept; the file is there
 * once all of it is.
 */
public final class NpzWriter implements AutoCloseable {

  private final Path file;
  private final Path partial;
  private final ZipOutputStream zip;
  private final int channels;
  private final int plane;
  private long missing; // images

  /**
   * Begins a file.
   *
   * @param images how many there will be, of {@code size} x {@code size} pixels
   */
  public NpzWriter(Path file, long images, int size, int channels) throws IOException {
    this.file = file;
    this.partial = file.resolveSibling("." + file.getFileName() + ".partial");
    this.channels = channels;
    this.plane = size * size;
    this.missing = images;
    OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16);
    this.zip = new ZipOutputStream(bytes);
    zip.setLevel(Deflater.BEST_SPEED);
    begin("arr_0", new NpyHeader(NpyHeader.Type.U8, new long[] {images, size, size, channels}));
  }

  /** Writes the next image, uint8 [channels, size, size] from {@code offset} on. */
  public void append(byte[] pixels, int offset) throws IOException {
    if (missing-- == 0) {
      throw new IllegalStateException(file + ": an image too many");
    }
    byte[] interleaved = new byte[channels * plane];
    for (int at = 0; at < plane; at++) {
      for (int channel = 0; channel < channels; channel++) {
        interleaved[at * channels + channel] = pixels[offset + channel * plane + at];
      }
    }
    try {
      zip.write(interleaved);
    } catch (IOException e) {
      throw WholeFile.named(file, e);
    }
  }

  /**
   * Writes the code of each image and gives the file its name; none where {@code codes} is empty.
   */
  public void finish(int[] codes) throws IOException {
    if (missing != 0) {
      throw new IllegalStateException("%s: %d images are missing".formatted(file, missing));
    }
    try {
      end(codes);
    } catch (IOException e) {
      throw WholeFile.named(file, e);
    }
    WholeFile.syncDirectory(file.toAbsolutePath().getParent());
  }

  private void end(int[] codes) throws IOException {
    zip.closeEntry();
    if (codes.length > 0) {
      begin("arr_1", new NpyHeader(NpyHeader.Type.I64, new long[] {codes.length}));
      ByteBuffer values =
          ByteBuffer.allocate(Long.BYTES * codes.length).order(ByteOrder.LITTLE_ENDIAN);
      for (int code : codes) {
        values.putLong(code);
      }
      zip.write(values.array());
      zip.closeEntry();
    }
    zip.close();
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void begin(String name, NpyHeader header) throws IOException {
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(header.encode());
  }

  /** Removes what was not finished. */
  @Override
  public void close() throws IOException {
    try {
      zip.close();
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
