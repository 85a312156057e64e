package dev.gnomon.launch;

import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
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
    int labels = images.labelNames().size();
    if (settings.training().condition().source() == Source.LABELS
        && (labels == 0 || labels > settings.training().condition().classes())) {
      throw new UsageException(
          labels == 0
              ? "gnomon.condition.source = labels, but %s has no labels; use bootstrap or none"
                  .formatted(images.description())
              : "gnomon.condition.classes = %d, but %s has %d labels; set it to %d"
                  .formatted(
                      settings.training().condition().classes(),
                      images.description(),
                      labels,
                      labels));
    }
    SetOfImages.codes(settings, images);
    return images;
  }
}
