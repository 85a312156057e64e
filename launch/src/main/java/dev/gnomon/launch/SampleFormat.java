package dev.gnomon.launch;

import dev.gnomon.model.data.ImageGrid;
import dev.gnomon.model.data.PngFile;
import dev.gnomon.model.engine.WholeFile;
import dev.gnomon.model.features.NpzWriter;
import dev.gnomon.model.training.TrainingSettings.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What samples are written as. */
enum SampleFormat {
  GRID {
    @Override
    Sink open(SampleJob job, int count) {
      if (count > MOST_IN_A_GRID) {
        throw new UsageException(
            "-n %,d: a grid has at most %,d images; write them --as npz or --as files"
                .formatted(count, MOST_IN_A_GRID));
      }
      long pixels = (long) count * job.network().imageSize() * job.network().imageSize();
      if (pixels > MOST_PIXELS_IN_A_GRID) {
        throw new UsageException(
            "-n %,d: a grid has at most %,d images of %d x %d pixels; write them --as npz or --as files"
                .formatted(
                    count,
                    MOST_PIXELS_IN_A_GRID * count / pixels,
                    job.network().imageSize(),
                    job.network().imageSize()));
      }
      return new Grid(job.file("-n%d.png".formatted(count)), job.network(), count);
    }
  },
  FILES {
    @Override
    Sink open(SampleJob job, int count) throws IOException {
      return new SingleFiles(job.file("-n%d".formatted(count)), job.network());
    }
  },
  NPZ {
    @Override
    Sink open(SampleJob job, int count) throws IOException {
      Path file = job.file("-n%d.npz".formatted(count));
      Network network = job.network();
      return new Archive(
          file, new NpzWriter(file, count, network.imageSize(), network.channels()), count);
    }
  };

  private static final int MOST_IN_A_GRID = 4096;
  private static final long MOST_PIXELS_IN_A_GRID = 1L << 26;
  private static final int MOST_PIXELS_ACROSS = 1200;

  /** Takes images in their order. */
  interface Sink extends AutoCloseable {

    /**
     * Takes the next image.
     *
     * @param pixels uint8, in which it begins at {@code offset}
     * @param code it was drawn under, or -1
     */
    void add(byte[] pixels, int offset, int code) throws IOException;

    /** All are there; gives where. */
    Path finish() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Where {@code count} images go. */
  abstract Sink open(SampleJob job, int count) throws IOException;

  private static int values(Network network) {
    return network.channels() * network.imageSize() * network.imageSize();
  }

  private static final class Grid implements Sink {

    private final Path file;
    private final Network network;
    private final byte[] all;
    private final int count;
    private int at;

    Grid(Path file, Network network, int count) {
      this.file = file;
      this.network = network;
      this.count = count;
      this.all = new byte[Math.multiplyExact(count, values(network))];
    }

    @Override
    public void add(byte[] pixels, int offset, int code) {
      System.arraycopy(pixels, offset, all, at, values(network));
      at += values(network);
    }

    @Override
    public Path finish() throws IOException {
      int columns = count <= 64 ? Math.min(8, count) : (int) Math.ceil(Math.sqrt(count));
      int scale = Math.max(1, Math.min(4, MOST_PIXELS_ACROSS / (columns * network.imageSize())));
      ImageGrid.of(all, count, network.channels(), network.imageSize(), columns, scale).write(file);
      return file;
    }

    @Override
    public void close() {}
  }

  /**
   * sample-000000.png and so on; a code, where there is one, is in the name. The folder has its
   * name once all are in it, and only what was made now.
   */
  private static final class SingleFiles implements Sink {

    private final Path folder;
    private final Path partial;
    private final Network network;
    private int index;

    SingleFiles(Path folder, Network network) throws IOException {
      this.folder = folder;
      this.partial = folder.resolveSibling("." + folder.getFileName() + ".partial");
      this.network = network;
      requireFilesAlone(folder);
      removeFolder(partial); // of one that was killed
      Files.createDirectory(partial);
    }

    @Override
    public void add(byte[] pixels, int offset, int code) throws IOException {
      String under = code < 0 ? "" : "-code-%03d".formatted(code);
      Path file = partial.resolve("sample-%06d%s.png".formatted(index++, under));
      byte[] image = Arrays.copyOfRange(pixels, offset, offset + values(network));
      try {
        Files.write(file, PngFile.bytes(image, network.channels(), network.imageSize()));
      } catch (IOException e) {
        throw WholeFile.named(file, e);
      }
    }

    @Override
    public Path finish() throws IOException {
      removeFolder(folder);
      return Files.move(partial, folder);
    }

    @Override
    public void close() throws IOException {
      removeFolder(partial);
    }
  }

  /** What is there will be replaced as a whole. */
  private static void requireFilesAlone(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> found = Files.list(folder)) {
        if (found.anyMatch(Files::isDirectory)) {
          throw new UsageException(
              "%s: holds folders, and not samples alone; remove it, or take another --out"
                  .formatted(folder));
        }
      }
    }
  }

  /** Removes a folder of files, if it is there. */
  private static void removeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      List<Path> files;
      try (Stream<Path> found = Files.list(folder)) {
        files = found.toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    }
  }

  private static final class Archive implements Sink {

    private final Path file;
    private final NpzWriter npz;
    private final int[] codes;
    private int index;

    Archive(Path file, NpzWriter npz, int count) {
      this.file = file;
      this.npz = npz;
      this.codes = new int[count];
    }

    @Override
    public void add(byte[] pixels, int offset, int code) throws IOException {
      npz.append(pixels, offset);
      codes[index++] = code;
    }

    @Override
    public Path finish() throws IOException {
      npz.finish(codes[0] < 0 ? new int[0] : codes);
      return file;
    }

    @Override
    public void close() throws IOException {
      npz.close();
    }
  }
}
