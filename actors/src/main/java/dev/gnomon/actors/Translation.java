package dev.gnomon.actors;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.Taps;

/**
 * Between the records of the protocol and those of the model, which do not know each other. Arrays
 * are passed on, not copied: nobody writes to them.
 */
public final class Translation {

  private Translation() {}

  public static dev.gnomon.model.checkpoint.SavedFile file(SavedFile file) {
    return new dev.gnomon.model.checkpoint.SavedFile(file.name(), file.bytes(), file.sha256());
  }

  public static SavedFile file(dev.gnomon.model.checkpoint.SavedFile file) {
    return new SavedFile(file.name(), file.bytes(), file.sha256());
  }

  public static ImageBatch images(Batch batch) {
    return new ImageBatch(
        batch.step(),
        batch.channels(),
        batch.size(),
        batch.pixels(),
        batch.ids(),
        batch.labels(),
        batch.codes());
  }

  public static Batch batch(Lineage lineage, ImageBatch images) {
    return new Batch(
        lineage,
        images.step(),
        images.channels(),
        images.size(),
        images.pixels(),
        images.ids(),
        images.labels(),
        images.codes());
  }

  public static dev.gnomon.model.training.Conditions conditions(Conditions given) {
    return new dev.gnomon.model.training.Conditions(
        given.step(), given.version(), given.codes(), given.rowCodes(), given.rows());
  }

  public static Conditions conditions(Lineage lineage, dev.gnomon.model.training.Conditions made) {
    return new Conditions(
        lineage, made.step(), made.version(), made.codes(), made.rowCodes(), made.rows());
  }

  public static dev.gnomon.model.training.Taps taps(Taps taps) {
    return new dev.gnomon.model.training.Taps(
        taps.step(), taps.features(), taps.times(), taps.labels(), taps.codes());
  }

  /** Taps of those images as they are sent; {@code checkpoint} is the marker. */
  public static Taps taps(
      Lineage lineage, dev.gnomon.model.training.Taps taps, long[] images, boolean checkpoint) {
    return new Taps(
        lineage,
        taps.step(),
        taps.features(),
        taps.times(),
        taps.labels(),
        taps.codes(),
        images,
        checkpoint);
  }
}
