package dev.gnomon.launch;

import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.Source;

/** What a run trains on. */
final class TrainingImages {

  private TrainingImages() {}

  /**
   * The set; opened once before the start, so that a fault shows there.
   *
   * @throws UsageException if its labels are not those that the configuration wants; {@link
   *     dev.gnomon.model.data.DataException} if the codes are not of these images
   */
  static ImageSet of(RunSettings settings) {
    ImageSet images = ImageSets.open(settings.data());
    Condition condition = settings.training().condition();
    int labels = images.labelNames().size();
    if (condition.source() == Source.LABELS && labels == 0) {
      throw new UsageException(
          "gnomon.condition.source = labels, but %s has no labels; use bootstrap or none"
              .formatted(images.description()));
    }
    boolean used = condition.source() == Source.LABELS || condition.source().learnsCodes();
    if (used && labels > condition.classes()) {
      throw new UsageException(
          "gnomon.condition.classes = %d, but %s has %d labels; set it to %d"
              .formatted(condition.classes(), images.description(), labels, labels));
    }
    if (images.count() < 2 && settings.evaluation().every() > 0) {
      throw new UsageException(
          "%s has one image, and a score compares at least two; set gnomon.evaluate.every = 0"
              .formatted(images.description()));
    }
    SetOfImages.codes(settings, images);
    return images;
  }
}
