package dev.gnomon.launch.reproduce;

import dev.gnomon.model.checkpoint.SavedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** What tells a foreign network from others: what is in its file, and what it is shown. */
final class ForeignNetworks {

  private ForeignNetworks() {}

  static Map<String, String> identity(Mode.ForeignCodes codes) {
    try {
      return Map.of(
          "network",
          SavedFile.sha256(codes.network()),
          "image-size",
          codes.imageSize().map(String::valueOf).orElse("the run's"),
          "mean",
          codes.mean().toString(),
          "std",
          codes.deviation().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(codes.network() + ": can not be read", e);
    }
  }
}
