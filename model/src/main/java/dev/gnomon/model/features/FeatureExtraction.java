package dev.gnomon.model.features;

import dev.gnomon.model.data.DataException;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.engine.FolderLock;
import dev.gnomon.model.features.FeatureFolder.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the features of images at some layers and noise levels into files, a block of 64 after
 * another: it holds no more than a block. Files that are there are not made again, and all that are
 * missing of a noise level are made by one pass over the images.
 */
public final class FeatureExtraction {

  /** Images that go through the network together; the last block may have fewer. */
  public static final int BLOCK = 64;

  private static final double MOST_OF_DISK = 0.95;

  private final FeatureSource source;
  private final ImageSet images;
  private final long[] ids;

  /** Told of each block. */
  @FunctionalInterface
  public interface Progress {
    /**
     * An image counts once for each noise level.
     *
     * @param done images so far
     * @param total images in all
     */
    void at(long done, long total);
  }

  /**
   * What was done.
   *
   * @param made files that were written
   * @param kept files that were there
   */
  public record Outcome(int made, int kept) {}

  /**
   * An extraction.
   *
   * @param ids of the images, ascending
   */
  public FeatureExtraction(FeatureSource source, ImageSet images, long[] ids) {
    this.source = source;
    this.images = images;
    this.ids = ids.clone();
  }

  /**
   * Writes what is missing of the features of {@code layers}, by their numbers, at {@code
   * noiseLevels}.
   *
   * @param origin what they are of
   * @throws DataException where the folder holds features of something else, or the disk is full
   */
  public Outcome into(
      FeatureFolder folder,
      Map<String, String> origin,
      List<Integer> layers,
      List<Double> noiseLevels,
      Progress progress)
      throws IOException {
    int[] labels = Arrays.stream(ids).mapToInt(id -> images.label((int) id)).toArray();
    try (FolderLock held = folder.hold(origin, ids, labels)) {
      Map<Double, Map<String, Entry>> missing = missing(folder, layers, noiseLevels);
      int files = missing.values().stream().mapToInt(Map::size).sum();
      requireRoom(folder.path(), files);
      long total = (long) missing.size() * ids.length;
      long done = 0;
      for (Map.Entry<Double, Map<String, Entry>> level : missing.entrySet()) {
        write(level.getKey(), level.getValue(), done, total, progress);
        done += ids.length;
      }
      return new Outcome(files, layers.size() * noiseLevels.size() - files);
    }
  }

  /** The files that are not there, by noise level and by layer. */
  private Map<Double, Map<String, Entry>> missing(
      FeatureFolder folder, List<Integer> layers, List<Double> noiseLevels) {
    Map<Double, Map<String, Entry>> missing = new LinkedHashMap<>();
    for (double noiseLevel : noiseLevels) {
      for (int layer : layers) {
        Entry entry = folder.entry(layer, noiseLevel);
        if (!Files.exists(entry.file())) {
          missing
              .computeIfAbsent(noiseLevel, level -> new LinkedHashMap<>())
              .put(source.layers().get(layer), entry);
        }
      }
    }
    return missing;
  }

  private void requireRoom(Path folder, int files) throws IOException {
    long bytes = (long) files * ids.length * source.dimensions() * Float.BYTES;
    long free = Files.getFileStore(folder).getUsableSpace();
    if (bytes > free * MOST_OF_DISK) {
      throw new DataException(
          "%s: %d files of features take %,d MiB, and %,d MiB are free; take fewer layers, noise levels or images"
              .formatted(folder, files, bytes >> 20, free >> 20));
    }
  }

  private void write(
      double noiseLevel, Map<String, Entry> entries, long before, long total, Progress progress)
      throws IOException {
    Set<String> layers = new LinkedHashSet<>(entries.keySet());
    List<NpyWriter> open = new ArrayList<>();
    try {
      Map<String, NpyWriter> writers = new LinkedHashMap<>();
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        long[] shape = {ids.length, source.dimensions()};
        NpyWriter writer =
            new NpyWriter(entry.getValue().file(), new NpyHeader(NpyHeader.Type.F32, shape));
        open.add(writer);
        writers.put(entry.getKey(), writer);
      }
      for (int from = 0; from < ids.length; from += BLOCK) {
        int to = Math.min(ids.length, from + BLOCK);
        ImageBatch block = ImageBatch.read(images, from / BLOCK, Arrays.copyOfRange(ids, from, to));
        Map<String, float[]> features = source.features(block, noiseLevel, layers);
        for (Map.Entry<String, NpyWriter> writer : writers.entrySet()) {
          writer.getValue().append(features.get(writer.getKey()));
        }
        progress.at(before + to, total);
      }
      for (NpyWriter writer : open) {
        writer.commit();
      }
    } finally {
      for (NpyWriter writer : open) {
        writer.close();
      }
    }
  }
}
