package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All scripts of {@code launch/} at once. */
class ScriptsTest {

  @TempDir private Path folder;

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files =
        Stream.concat(Files.list(Path.of(".")), Files.list(Path.of("slurm")))) {
      return files.filter(Files::isRegularFile).filter(ScriptsTest::isScript).sorted().toList();
    }
  }

  private static boolean isScript(Path file) {
    try {
      return Files.readString(file).startsWith("#");
    } catch (IOException e) {
      return false;
    }
  }

  /** Where shellcheck is there: it finds nothing to say. */
  @Test
  void shellcheckFindsNothing() throws Exception {
    List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources"));
    scripts().forEach(script -> command.add(Path.of("launch").resolve(script).toString()));
    Path said = folder.resolve("said.txt");
    Process shellcheck;
    try {
      shellcheck =
          new ProcessBuilder(command)
              .directory(Path.of("..").toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
    } catch (IOException absent) {
      assumeTrue(false, "shellcheck is not there (Debian: apt-get install shellcheck)");
      return;
    }
    assertThat(shellcheck.waitFor()).as(Files.readString(said)).isZero();
  }

  @Test
  void everyLauncherHasHelpThatFitsIntoATerminalOf132() throws Exception {
    try (ScriptHome home = new ScriptHome(folder)) {
      for (String script : List.of("keep", "local-cluster", "ssh", "slurm/submit")) {
        ScriptHome.Ended help = home.run(script, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.output()).startsWith("Usage: launch/" + script + " ");
        assertThat(help.output().lines()).allMatch(line -> line.length() <= 132);
      }
    }
  }
}
