package dev.gnomon.model.data;

import dev.gnomon.model.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens image sets. */
public final class ImageSets {

  private ImageSets() {}

  /**
   * The images that {@code settings} name, each already cropped and resized. Kind {@code auto} is
   * the built-in shapes without a path, otherwise what lies at the path.
   *
   * @throws DataException where there are none or they can not be used; the message says why
   */
  public static ImageSet open(DataSettings settings) {
    int channels = settings.channels();
    if (settings.size() < 1 || (channels != 1 && channels != 3)) {
      throw new DataException(
          "images of %d channels and size %d: expected 1 (grey) or 3 (colour), and a size in pixels"
              .formatted(channels, settings.size()));
    }
    DataKind kind = kind(settings);
    return switch (kind == DataKind.AUTO ? recognise(settings) : kind) {
      case SHAPES -> shapes(settings);
      case IDX -> IdxImages.read(path(settings), new ImageFit(settings.size(), channels));
      case CIFAR -> CifarImages.read(path(settings), new ImageFit(settings.size(), channels));
      case FOLDER -> FolderImages.read(path(settings), new ImageFit(settings.size(), channels));
      case AUTO -> throw new IllegalStateException("auto was recognised as itself");
    };
  }

  private static DataKind kind(DataSettings settings) {
    try {
      return Choice.of(DataKind.values(), settings.kind());
    } catch (IllegalArgumentException unknown) {
      throw new DataException("kind of images " + unknown.getMessage());
    }
  }

  /**
   * One PNG or JPEG file as uint8 [channels, size, size], cropped and resized as a set's images
   * are.
   *
   * @throws DataException where it can not be read; the message says why
   */
  public static byte[] image(Path file, int size, int channels) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": there is no such file");
    }
    try {
      return new ImageFit(size, channels).fit(ImageFile.decode(file));
    } catch (IOException | RuntimeException e) { // decoders throw either at malformed bytes
      throw new DataException(file + ": can not be read as an image: " + e.getMessage(), e);
    }
  }

  private static ImageSet shapes(DataSettings settings) {
    if (settings.path().isPresent()) {
      throw new DataException(
          "shapes are built in, but a path was given: %s; for your own images set the kind to auto"
              .formatted(settings.path().get()));
    }
    if (settings.channels() != 3) {
      throw new DataException("shapes are in colour: expected 3 channels, not 1");
    }
    return new Shapes(settings.seed(), settings.size());
  }

  private static Path path(DataSettings settings) {
    Path path =
        settings
            .path()
            .orElseThrow(
                () -> new DataException(settings.kind() + ": no path to the images was given"));
    if (!Files.exists(path)) {
      throw new DataException(path.toAbsolutePath() + ": there is no such file or directory");
    }
    return path;
  }

  private static DataKind recognise(DataSettings settings) {
    if (settings.path().isEmpty()) {
      return DataKind.SHAPES;
    }
    Path path = path(settings);
    if (IdxImages.at(path)) {
      return DataKind.IDX;
    }
    return CifarImages.at(path) ? DataKind.CIFAR : DataKind.FOLDER;
  }
}
