package dev.gnomon.launch.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

/** Pieces of a page that carries everything it shows. */
final class Html {

  private Html() {}

  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A PNG file, inside the page. */
  static String picture(Path png, String caption) throws IOException {
    String data = Base64.getEncoder().encodeToString(Files.readAllBytes(png));
    return "<figure><img alt=\"%s\" src=\"data:image/png;base64,%s\"><figcaption>%s</figcaption></figure>"
        .formatted(text(caption), data, text(caption));
  }

  static String section(String title, String body) {
    return body.isBlank() ? "" : "<section><h2>%s</h2>%s</section>\n".formatted(text(title), body);
  }

  static String paragraph(String sentence) {
    return sentence.isBlank() ? "" : "<p>%s</p>".formatted(text(sentence));
  }

  /** A number with two to four digits that mean something. */
  static String significant(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    String format = size >= 1000 ? "%,.0f" : size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.3f";
    if (size > 0 && size < 0.01) { // as kernel distances are
      format = "%.2g";
    }
    return String.format(Locale.ROOT, format, value);
  }
}
