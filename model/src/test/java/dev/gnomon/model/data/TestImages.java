package dev.gnomon.model.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Image sets that tests open. */
final class TestImages {

  private TestImages() {}

  static DataSettings shapes(long seed) {
    return new DataSettings("shapes", Optional.empty(), 16, 3, seed, false);
  }

  static ImageSet open(String kind, Path path, int size, int channels) {
    return ImageSets.open(new DataSettings(kind, Optional.of(path), size, channels, 0, false));
  }

  /** Folder {@code name} of the real images beside the checkout; without it the test is skipped. */
  static Path real(String name) {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("shared/data"))) {
      folder = folder.getParent();
    }
    assumeTrue(
        folder != null && Files.isDirectory(folder.resolve("shared/data").resolve(name)),
        () -> "no shared/data/" + name + " beside this checkout");
    return folder.resolve("shared/data").resolve(name);
  }
}
