package dev.gnomon.actors.loader;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.data.BatchOrder;
import dev.gnomon.model.data.BatchReader;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.features.CodesOrigin;
import dev.gnomon.model.features.ImageCodes;
import java.io.IOException;
import java.nio.file.Path;

/** The run's image set, read in the run's order. */
public final class SetOfImages implements ImageSource {

  private final ImageSet images;
  private final BatchReader reader;

  private SetOfImages(ImageSet images, BatchReader reader) {
    this.images = images;
    this.reader = reader;
  }

  /** Opens the images that the settings name. */
  public static ImageSource open(RunSettings settings) {
    ImageSet images = ImageSets.open(settings.data());
    long seed = settings.training().seed();
    BatchOrder order = new BatchOrder(seed, images.count(), settings.training().batchSize());
    boolean flip = settings.data().flip();
    int[] codes = codes(settings, images);
    settings.codes().ifPresent(file -> say(settings, file));
    return new SetOfImages(images, new BatchReader(images, order, seed, flip, codes));
  }

  private static void say(RunSettings settings, Path file) {
    SupervisionLog.event("codes-read")
        .with("actor", "data")
        .with("source", settings.training().condition().source())
        .with("file", file)
        .with("of", CodesOrigin.of(file).map(CodesOrigin::words).orElse("it does not say"))
        .info();
  }

  /**
   * The code of each image by its id, for a run whose images were given codes; empty for others.
   *
   * @throws DataException where they are not the run's, or not of these images
   */
  public static int[] codes(RunSettings settings, ImageSet images) {
    return settings
        .codes()
        .map(
            file -> {
              ImageCodes codes = ImageCodes.read(file);
              requireSame(settings, file);
              int prototypes = settings.training().condition().prototypes();
              return codes.of(images, prototypes, file.toString());
            })
        .orElse(new int[0]);
  }

  private static void requireSame(RunSettings settings, Path file) {
    String wanted = settings.resolved().getString("gnomon.condition.codes-digest");
    try {
      String found = SavedFile.sha256(file);
      if (!found.equals(wanted)) {
        throw new DataException(
            "%s: has other codes than the run began with: SHA-256 %s, and %s then"
                .formatted(file, found, wanted));
      }
    } catch (IOException e) {
      throw new DataException(file + ": can not be read: " + e, e);
    }
  }

  @Override
  public ImageBatch batch(long step) {
    return reader.batch(step);
  }

  @Override
  public ImageBatch reference(long block) {
    return block * BatchReader.REFERENCE_BLOCK < images.count()
        ? reader.reference(block)
        : new ImageBatch(
            block, images.channels(), images.size(), new byte[0], new long[0], new int[0]);
  }

  @Override
  public void close() {}
}
