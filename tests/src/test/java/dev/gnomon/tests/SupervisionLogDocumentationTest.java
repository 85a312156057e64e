package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/OPERATIONS.md lists every event that is ever said, and no others. */
class SupervisionLogDocumentationTest {

  private static final Path HOME = Path.of("..");

  private static final Pattern SAID =
      Pattern.compile("(?:event|moved|info|warn)\\(\\s*\"([a-z][a-z-]+)\"", Pattern.DOTALL);

  @Test
  void everyEventIsInTheTable() throws IOException {
    Set<String> said = new TreeSet<>();
    for (String module : List.of("actors", "launch")) {
      try (Stream<Path> sources = Files.walk(HOME.resolve(module).resolve("src/main/java"))) {
        for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
          add(said, SAID, Files.readString(source));
        }
      }
    }
    try (Stream<Path> scripts = Files.list(HOME.resolve("launch"))) {
      for (Path script : scripts.filter(Files::isRegularFile).toList()) {
        add(said, Pattern.compile("\\bevent \"([a-z-]+) "), Files.readString(script));
      }
    }
    Set<String> listed = new TreeSet<>();
    String page = read("docs/OPERATIONS.md");
    String section = page.substring(page.indexOf("\n# The supervision log\n"));
    add(listed, Pattern.compile("(?m)^\\| `([a-z-]+)` \\|"), section);
    assertThat(listed).isEqualTo(said);
    assertThat(said).contains("restart", "joined", "node-lost", "process-ended", "waiting");
  }

  private static void add(Set<String> names, Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(HOME.resolve(file));
  }
}
