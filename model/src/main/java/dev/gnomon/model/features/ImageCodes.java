package dev.gnomon.model.features;

import dev.gnomon.model.data.DataException;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.SafetensorsException;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Codes of a set's images, made beforehand: a safetensors file of {@code ids} and {@code codes},
 * int64 [n], {@code labels}, int64 [n] (-1 = none), and {@code centroids}, float32 [K, D].
 *
 * @param ids of the images in their set, ascending
 * @param codes of those images, 0 to K - 1
 * @param labels of those images, which tell one set from another
 * @param clusters K
 */
public record ImageCodes(long[] ids, int[] codes, int[] labels, int clusters) {

  public ImageCodes {
    if (ids.length == 0 || codes.length != ids.length || labels.length != ids.length) {
      throw new IllegalArgumentException(
          "%d ids, %d codes and %d labels: expected one of each for each of some images"
              .formatted(ids.length, codes.length, labels.length));
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || (i > 0 && ids[i] <= ids[i - 1]) || ids[i] > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("id %d stands at place %d".formatted(ids[i], i));
      }
      if (codes[i] < 0 || codes[i] >= clusters) {
        throw new IllegalArgumentException(
            "image %d has code %d of %d clusters".formatted(ids[i], codes[i], clusters));
      }
    }
  }

  /** Writes a file of codes whole. */
  public void write(Path file, float[] centroids, Map<String, String> origin) throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("ids", HostTensor.of(ids, ids.length));
    tensors.put("codes", HostTensor.of(longs(codes), codes.length));
    tensors.put("labels", HostTensor.of(longs(labels), labels.length));
    tensors.put("centroids", HostTensor.of(centroids, clusters, centroids.length / clusters));
    Safetensors.write(file, new WeightSet(tensors), origin);
  }

  /**
   * Reads a file of codes.
   *
   * @throws DataException where it is not one
   */
  public static ImageCodes read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(
          file.toAbsolutePath()
              + ": there is no such file of codes; launch/gnomon kmeans makes it");
    }
    try {
      WeightSet tensors = Safetensors.read(file);
      return new ImageCodes(
          tensors.get("ids").longs(),
          ints(tensors.get("codes").longs()),
          ints(tensors.get("labels").longs()),
          Math.toIntExact(tensors.get("centroids").shape()[0]));
    } catch (SafetensorsException
        | NoSuchElementException
        | ArithmeticException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new DataException(file + ": is not a file of codes: " + e.getMessage(), e);
    }
  }

  /**
   * Code of each image of a set, by its id.
   *
   * @param prototypes number of codes that the run wants
   * @throws DataException where these codes are of other images, of some of them, or of another
   *     number of clusters
   */
  public int[] of(ImageSet images, int prototypes, String file) {
    if (ids.length != images.count() || ids[ids.length - 1] != images.count() - 1) {
      throw new DataException(
          "%s: has codes of %,d images, up to number %,d, and %s has %,d; name its own images (--config, --data), or take the features of all (without -n)"
              .formatted(
                  file, ids.length, ids[ids.length - 1], images.description(), images.count()));
    }
    for (int i = 0; i < ids.length; i++) {
      if (labels[i] != images.label(i)) {
        throw new DataException(
            "%s: is of other images than %s: number %d has label %d here, %d there"
                .formatted(file, images.description(), i, images.label(i), labels[i]));
      }
    }
    if (clusters != prototypes) {
      throw new DataException(
          "%s: has %d clusters, and gnomon.condition.prototypes = %d; set it to %d"
              .formatted(file, clusters, prototypes, clusters));
    }
    return codes.clone();
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageCodes that
        && clusters == that.clusters
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(codes, that.codes)
        && Arrays.equals(labels, that.labels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(codes);
  }
}
