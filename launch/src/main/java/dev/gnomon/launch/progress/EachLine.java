package dev.gnomon.launch.progress;

import java.io.StringWriter;
import java.util.function.Consumer;

/** Text that is kept, each of whose lines somebody is told as soon as it is whole. */
public final class EachLine extends StringWriter {

  private final Consumer<String> listener;
  private int told; // characters that belong to lines told

  /** No text yet. */
  public EachLine(Consumer<String> listener) {
    this.listener = listener;
  }

  @Override
  public void flush() {
    String text = toString();
    for (int end = text.indexOf('\n', told); end >= 0; end = text.indexOf('\n', told)) {
      String line = text.substring(told, end).strip();
      told = end + 1;
      if (!line.isEmpty()) {
        listener.accept(line);
      }
    }
  }
}
