package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When {@code launch/gnomon} builds, and what it runs then. In Maven's place a script makes jars of
 * one line each, the source's; in Java's place one prints the first jar of each module.
 */
class BuildTest {

  private static final List<String> MODULES = List.of("protocol", "model", "actors", "launch");

  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      set -e
      cd "$(dirname "$4")" # of -q -B -f POM
      [[ ! -e broken ]] || { echo "does not compile"; exit 1; }
      for module in protocol model actors launch; do
        mkdir -p $module/target/lib $module/target/classes
        cat $module/src/main/Source.java >"$module/target/gnomon-$module-$(cat version).jar"
      done
      echo built >>builds
      """;

  private static final String JAVA =
      """
      #!/usr/bin/env bash
      while [[ $1 != -cp ]]; do shift; done
      IFS=: read -ra path <<<"$2"
      for jar in "${path[@]}"; do [[ $jar != */gnomon-model-* ]] || { cat "$jar"; exit; }; done
      """;

  @TempDir private Path folder;
  private Path home;

  @BeforeEach
  void install() throws IOException {
    home = folder.resolve("a home");
    for (String module : MODULES) {
      write(module + "/src/main/Source.java", "one\n");
      write(module + "/pom.xml", "");
    }
    write("pom.xml", "");
    write("conf/defaults.conf", "");
    write("version", "0.1.0");
    script("launch/gnomon", Files.readString(Path.of("gnomon")));
    script("bin/mvn", MAVEN);
    script("jdk/bin/java", JAVA);
    aged(Instant.now().minus(Duration.ofDays(3)));
  }

  private Path write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void script(String name, String text) throws IOException {
    Path file = write(name, text.startsWith("#!") ? text : text.stripIndent());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void aged(Instant time) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(time));
      }
    }
  }

  /** What the program that was run is made of. */
  private String run(Map<String, String> environment) throws Exception {
    ProcessBuilder command = new ProcessBuilder(home.resolve("launch/gnomon").toString());
    command.redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile());
    command.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
    command.environment().put("JAVA_HOME", home.resolve("jdk").toString());
    command.environment().putAll(environment);
    Process process = command.start();
    process.waitFor();
    String said = Files.readString(folder.resolve("said"));
    assertThat(process.exitValue()).as(said).isZero();
    List<String> lines = new ArrayList<>(said.lines().toList());
    return lines.get(lines.size() - 1);
  }

  private String run() throws Exception {
    return run(Map.of());
  }

  private long builds() throws IOException {
    return Files.readAllLines(home.resolve("builds")).size();
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("launch/.build"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("2")).toList();
    }
  }

  @Test
  void itBuildsOnceAndAgainAfterAChange() throws Exception {
    assertThat(run()).isEqualTo("one");
    assertThat(run()).isEqualTo("one");
    assertThat(builds()).isEqualTo(1);
    write("model/src/main/Source.java", "two\n");
    assertThat(run()).isEqualTo("two");
    assertThat(builds()).isEqualTo(2);
    assertThat(kept()).hasSize(1);
  }

  /** As rsync and tar leave them; Maven looks at times too. */
  @Test
  void sourcesThatCameWithAnOlderTimeAreBuiltFromTheBeginning() throws Exception {
    run();
    Path stale = write("model/target/classes/Source.class", "of one");
    Path source = write("model/src/main/Source.java", "two\n");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Files.setLastModifiedTime(
        source.getParent(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    assertThat(run()).isEqualTo("two");
    assertThat(stale).doesNotExist();
    assertThat(run()).isEqualTo("two");
    assertThat(builds()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC-12", "UTC+12"})
  void whatWasBuiltLastIsRunWhateverTheClockSays(String zone) throws Exception {
    run(Map.of("TZ", zone));
    Path build = kept().get(0);
    Files.move(build, build.resolveSibling("29991231-235959")); // a clock that was set back since
    for (String change : List.of("two", "three")) {
      write("model/src/main/Source.java", change + "\n");
      assertThat(run()).isEqualTo(change);
      assertThat(run(Map.of("TZ", zone))).isEqualTo(change);
      assertThat(kept()).hasSize(1);
    }
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void jarsOfAnotherVersionAreNotRunBesideTheNewOnes() throws Exception {
    run();
    write("model/src/main/Source.java", "two\n");
    write("version", "0.2.0");
    assertThat(run()).isEqualTo("two");
    try (Stream<Path> jars = Files.list(kept().get(0))) {
      assertThat(jars.filter(jar -> jar.toString().contains("gnomon-model-"))).hasSize(1);
    }
  }

  @Test
  void whereThereAreNoLocksItSaysSoAndGoesOn() throws Exception {
    script("bin/flock", "#!/usr/bin/env bash\nexit 71\n");
    assertThat(run()).isEqualTo("one");
    assertThat(Files.readString(folder.resolve("said"))).contains("there are no locks here");
  }
}
