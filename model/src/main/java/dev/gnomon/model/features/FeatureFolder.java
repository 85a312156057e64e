package dev.gnomon.model.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.FolderLock;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of features: what they are of ({@code features.json}), the images' ids and labels
 * ({@code ids.npy} int64 [n], {@code labels.npy} int32 [n], -1 = none), and for each layer and
 * noise level {@code layer-LL-noise-N.npy}, float32 [n, D]. A file that is there is whole.
 *
 * @param path the folder
 */
public record FeatureFolder(Path path) {

  /** What features are of, in {@code features.json}: where the images were then. */
  public static final String IMAGES = "images";

  /** Which images those were; folders of before it was kept do not say. */
  public static final String IMAGES_DIGEST = "images-digest";

  private static final Pattern NAME = Pattern.compile("layer-(\\d+)-noise-(\\d\\.\\d+)\\.npy");
  private static final JsonMapper JSON = new JsonMapper();

  /** The features of a layer at a noise level. */
  public record Entry(int layer, double noiseLevel, Path file) {

    /** Such as "layer 3, noise 0.20". */
    public String words() {
      return "layer %d, noise %s".formatted(layer, number(noiseLevel));
    }

    /** Such as "layer-03-noise-0.20". */
    public String name() {
      return "layer-%02d-noise-%s".formatted(layer, number(noiseLevel));
    }
  }

  /** Where the features of a layer at a noise level are, or will be. */
  public Entry entry(int layer, double noiseLevel) {
    Entry entry = new Entry(layer, noiseLevel, path);
    return new Entry(layer, noiseLevel, path.resolve(entry.name() + ".npy"));
  }

  /** What is there, by layer and then by noise level. */
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(path)) {
      files.forEach(
          file -> {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches()) {
              entries.add(
                  new Entry(
                      Integer.parseInt(name.group(1)), Double.parseDouble(name.group(2)), file));
            }
          });
    }
    entries.sort(Comparator.comparingInt(Entry::layer).thenComparingDouble(Entry::noiseLevel));
    return entries;
  }

  /** Ids of the images in their set, [n]. */
  public long[] ids() {
    return NpyFile.longs(path.resolve("ids.npy"));
  }

  /** Labels of the images, -1 where there is none, [n]. */
  public int[] labels() {
    int[] labels = NpyFile.ints(path.resolve("labels.npy"));
    if (labels.length != ids().length) {
      throw new DataException(
          "%s: labels.npy and ids.npy are not of as many images".formatted(path));
    }
    return labels;
  }

  /** What the features are of. */
  public Map<String, String> origin() {
    Path file = originFile();
    try {
      return JSON.readValue(
          Files.readAllBytes(file), new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new DataException(file + ": is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new DataException(
          "%s: there are no features; launch/gnomon features makes them (%s)".formatted(path, e),
          e);
    }
  }

  /** Takes this folder for features of {@code origin}; nobody else may until it is closed. */
  FolderLock hold(Map<String, String> origin, long[] ids, int[] labels) throws IOException {
    Files.createDirectories(path);
    FolderLock held =
        FolderLock.of(path)
            .orElseThrow(
                () -> new DataException(path + ": another command is writing there; wait for it"));
    try {
      if (Files.exists(originFile())) {
        requireSame(origin);
      } else {
        NpyWriter.write(path.resolve("ids.npy"), ids);
        NpyWriter.write(path.resolve("labels.npy"), labels);
        byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(origin);
        WholeFile.write(originFile(), channel -> channel.write(ByteBuffer.wrap(text)));
      }
      return held;
    } catch (IOException | RuntimeException failure) {
      held.close();
      throw failure;
    }
  }

  private void requireSame(Map<String, String> wanted) {
    Map<String, String> there = origin();
    wanted.forEach(
        (key, value) -> {
          boolean unknown = key.equals(IMAGES_DIGEST) && !there.containsKey(key);
          if (!key.equals(IMAGES) && !unknown && !value.equals(there.get(key))) {
            throw new DataException(
                "%s holds features of another %s (%s, not %s); choose another folder, or remove it"
                    .formatted(path, key, there.get(key), value));
          }
        });
  }

  private Path originFile() {
    return path.resolve("features.json");
  }

  /** With two decimals at least. */
  static String number(double value) {
    BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
    return exact.setScale(Math.max(2, exact.scale())).toPlainString();
  }
}
