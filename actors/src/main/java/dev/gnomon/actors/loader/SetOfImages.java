package dev.gnomon.actors.loader;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.data.BatchOrder;
import dev.gnomon.model.data.BatchReader;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;

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
    return new SetOfImages(images, new BatchReader(images, order, seed, settings.data().flip()));
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
