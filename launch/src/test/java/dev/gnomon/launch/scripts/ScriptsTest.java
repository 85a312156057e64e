package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All scripts of {@code launch/} at once. */
class ScriptsTest {

  @TempDir private Path folder;

  /** Where shellcheck is there: it finds nothing to say. */
  @Test
  void shellcheckFindsNothing() throws Exception {
    List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources"));
    command.add("launch/gnomon");
    ScriptHome.scripts().forEach(script -> command.add("launch/" + script));
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

  /** Bash 5.2 may jump out of a trap that does more into the loop that it came in: see nap. */
  @Test
  void signalsAreHeededOutsideOfTraps() throws Exception {
    String setsVariables = "'*(\\w+=(\\w+|\\$\\(\\(\\w+ \\+ 1\\)\\)) ?)+'*|:|''|on_signal";
    List<String> traps = new ArrayList<>();
    for (String script : ScriptHome.scripts()) {
      for (String line : Files.readAllLines(Path.of(script))) {
        if (line.matches("\\s*trap (?!.*' EXIT$).*")) {
          traps.add(line.strip().replaceFirst("#.*|;;$", "").strip());
        }
      }
    }
    assertThat(traps)
        .isNotEmpty()
        .allSatisfy(t -> assertThat(t).matches("trap (" + setsVariables + ")( [A-Z0-9]+)+"));
    assertThat(Files.readString(Path.of("common.bash")))
        .contains("on_signal() { signals=$((signals + 1)); }");
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
