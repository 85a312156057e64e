package dev.gnomon.launch.report;

import java.awt.GraphicsEnvironment;
import java.io.IOException;

/** Whether text can be drawn into pictures. */
public final class Fonts {

  private Fonts() {}

  /** Fails, with the remedy, where it can not. */
  public static void require() throws IOException {
    try {
      if (GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length
          > 0) {
        return;
      }
    } catch (InternalError | RuntimeException e) {
      throw new IOException(none(), e);
    }
    throw new IOException(none());
  }

  private static String none() {
    return "the plots need a font and Java finds none: install fontconfig and one"
        + " (Debian: apt-get install fontconfig fonts-dejavu-core)";
  }
}
