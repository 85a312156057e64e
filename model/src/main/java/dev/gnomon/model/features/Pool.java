package dev.gnomon.model.features;

import java.util.Locale;

/** How one feature of an image is made of those of its tokens. */
public enum Pool {
  /** The image's own token, the first one. */
  CLS,
  /** The mean of its patches. */
  MEAN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
