package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import java.nio.file.Path;

/** A committed checkpoint: its directory and its manifest. */
public record Checkpoint(Path directory, Manifest manifest) {
  static final String SUFFIX = ".safetensors";

  /** The weights of {@code "trunk"} or {@code "assigner"}, mapped. */
  public WeightSet weights(String half) {
    return Safetensors.read(directory.resolve(fileName(half)));
  }

  /** Whether the run has that half; one that is conditioned on labels has no assigner. */
  public boolean has(String half) {
    return manifest.files().stream().anyMatch(file -> file.name().equals(fileName(half)));
  }

  public long step() {
    return manifest.step();
  }

  static String fileName(String half) {
    return half + SUFFIX;
  }

  static String half(String fileName) {
    return fileName.substring(0, fileName.length() - SUFFIX.length());
  }
}
