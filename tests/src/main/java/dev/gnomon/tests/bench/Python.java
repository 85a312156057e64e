package dev.gnomon.tests.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a Python program says it took, where Python and its libraries are installed. */
final class Python {

  private Python() {}

  /** Debian's first, which has Debian's libraries. */
  private static final List<String> INTERPRETERS = List.of("/usr/bin/python3", "python3");

  /**
   * Median of the lines {@code seconds X} that {@code program} prints; NaN where it can not run,
   * with its last words on standard error.
   */
  static double medianSeconds(String program, Object... arguments)
      throws IOException, InterruptedException {
    String output = null;
    for (String interpreter : INTERPRETERS) {
      output = output == null ? output(interpreter, program, arguments) : output;
    }
    if (output == null) {
      return Double.NaN;
    }
    double[] seconds =
        output
            .lines()
            .filter(line -> line.startsWith("seconds "))
            .mapToDouble(line -> Double.parseDouble(line.substring("seconds ".length())))
            .toArray();
    return Timing.median(seconds);
  }

  /** What it printed; null where it failed. */
  private static String output(String interpreter, String program, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(interpreter, "-c", program));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      return null;
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() == 0) {
      return output;
    }
    System.err.println("bench: " + output.substring(output.lastIndexOf('\n') + 1));
    return null;
  }
}
