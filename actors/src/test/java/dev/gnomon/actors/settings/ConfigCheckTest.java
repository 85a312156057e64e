package dev.gnomon.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.PathKind;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCheckTest {

  @TempDir Path folder;

  @Test
  void everyFaultOfAFileIsListedWithItsLine() throws IOException {
    Path file =
        write(
            """
            gnomon {
              stepz = 100
              batch-size = many
              precision = fp16
              boundary = 1.5
              modle { width = 64 }
              model.depth = 5
              condition { source = boot, prototypes = 1 }
              checkpoint.every = 0
              optimizer = fast
              deadlines.answer = 2 parsecs
              entirely-something-else = 1
            }
            steps = 3
            """);

    assertThat(faults(List.of(file), List.of("gnomon.roles.trainer.device=tpu", "nonsense")))
        .containsExactlyInAnyOrder(
            file + ":2: gnomon.stepz: there is no such key; did you mean gnomon.steps?",
            file + ":3: gnomon.batch-size: is \"many\", expected a whole number of at least 1",
            file + ":4: gnomon.precision: is \"fp16\", expected bf16 | fp32",
            file + ":5: gnomon.boundary: is 1.5, expected a number in [0, 1]",
            file + ":6: gnomon.modle: there is no such key; did you mean gnomon.model?",
            file + ":7: gnomon.model.depth: is 5, expected an even number of at least 0",
            file
                + ":8: gnomon.condition.source: is \"boot\", expected none | labels | kmeans | external | bootstrap | bootstrap-patch",
            file + ":8: gnomon.condition.prototypes: is 1, expected a whole number of at least 2",
            file + ":9: gnomon.checkpoint.every: is 0, expected a whole number of at least 1",
            file
                + ":10: gnomon.optimizer: is \"fast\", expected a group of keys: gnomon.optimizer { ... }",
            file
                + ":11: gnomon.deadlines.answer: is \"2 parsecs\", expected a duration above 0, such as 500ms, 2s or 10m",
            file
                + ":12: gnomon.entirely-something-else: there is no such key; conf/defaults.conf lists them all",
            file + ":14: steps: there is no such key; did you mean gnomon.steps?",
            "--set gnomon.roles.trainer.device=tpu: gnomon.roles.trainer.device: is \"tpu\", expected cpu | gpu0 | gpu1 ...",
            "--set nonsense: expected key=value, such as gnomon.steps=1000");
  }

  @Test
  void valuesThatDoNotGoTogetherAreListedTogether() throws IOException {
    Path file =
        write(
            """
            gnomon {
              model { patch = 5, heads = 3 }, batch-size = 1
              publish-every = 8
              max-staleness = 4
              noise-levels { teacher = 0.2, mask-from = 0.3, mask-to = 0.2 }
              checkpoint.every = 100
              evaluate.every = 150
              data.kind = idx
              evaluate { solver = euler-maruyama, steps = 1 }
              guidance { noise-from = 0.7, noise-to = 0.7, strength = 1 }
              condition.drop-probability = 0
            }
            """);

    assertThat(faults(List.of(file), List.of()))
        .containsExactlyInAnyOrder(
            file
                + ":2: gnomon.model.patch: is 5, which does not divide gnomon.data.size = 16; 1, 2, 4, 8, 16 do",
            file
                + ":2: gnomon.model.heads: is 3, which does not divide gnomon.model.width = 128; 1, 2, 4, 8, 16, 32, 64, 128 do",
            file
                + ":4: gnomon.max-staleness: is 4, expected at least gnomon.publish-every - 1 = 7: the step before a new version is that much older than the last one",
            file + ":5: gnomon.noise-levels.mask-from: is not below gnomon.noise-levels.mask-to",
            file
                + ":7: gnomon.evaluate.every: is 150, expected a multiple of gnomon.checkpoint.every = 100, or 0 for never",
            file
                + ":9: gnomon.evaluate.steps: is 1, expected at least 2: euler-maruyama's last step is apart",
            file
                + ":2: gnomon.batch-size: is 1, expected at least 2: gnomon.condition.source = bootstrap normalises over a batch",
            file + ":10: gnomon.guidance.noise-from: is not below gnomon.guidance.noise-to",
            file
                + ":10: gnomon.guidance.strength: is 1.0, and with gnomon.condition.drop-probability = 0 nothing is trained without its condition that it could lead away from; set one of the two",
            "conf/defaults.conf:"
                + lineOf("path = \"\"")
                + ": gnomon.data.path: is empty, expected where the images of gnomon.data.kind = idx lie: --data PATH");
  }

  @Test
  void aNetworkTrainsUnderItsConditions() throws IOException {
    List<String> never = List.of("gnomon.condition.drop-probability=1");
    assertThat(faults(List.of(), never))
        .containsExactly(
            "--set gnomon.condition.drop-probability=1: gnomon.condition.drop-probability: is 1, so that nothing would train under a condition; gnomon.condition.source = none is that");
    Path file = write("gnomon.condition.source = none");
    assertThat(faults(List.of(file), never)).isEmpty();
    List<String> unguided =
        List.of("gnomon.condition.drop-probability=0", "gnomon.guidance.strength=0");
    assertThat(faults(List.of(), unguided)).isEmpty();
  }

  @Test
  void aFileThatIsNoConfigurationIsNamedWithItsLine() throws IOException {
    Path file = write("gnomon {\n  steps = 100\n  model { width = 64\n");
    assertThat(faults(List.of(file, folder.resolve("absent.conf")), List.of()))
        .hasSize(2)
        .anyMatch(fault -> fault.startsWith(file + ":4: "))
        .anyMatch(
            fault ->
                fault.equals(
                    folder.resolve("absent.conf")
                        + ": there is no such file; presets are in conf/presets"));
  }

  @Test
  void aReferenceToAnUnknownKeyIsAFault() throws IOException {
    Path file = write("gnomon.steps = ${gnomon.stepz}\n");
    assertThat(faults(List.of(file), List.of()))
        .singleElement()
        .asString()
        .contains("gnomon.stepz");
  }

  @ParameterizedTest
  @CsvSource({
    "gnomon.max_staleness, gnomon.max-staleness",
    "gnomon.condition.prototype, gnomon.condition.prototypes",
    "prototypes, gnomon.condition.prototypes",
    "gnomon.guidance.strenght, gnomon.guidance.strength",
  })
  void aSlipIsAnsweredWithTheKeyThatWasMeant(String slip, String meant) {
    assertThat(faults(List.of(), List.of(slip + "=3")))
        .containsExactly(
            "--set %s=3: %s: there is no such key; did you mean %s?".formatted(slip, slip, meant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shapes", "shapes-ten-minutes"})
  void presetsOfTheBuiltInSetAreRight(String preset) {
    assertThatCode(() -> RunSettings.from(Configuration.preset(preset, List.of())))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-mnist", "image-folder"})
  void presetsOfRealImagesAreRightWithAPath(String preset) {
    RunSettings settings =
        RunSettings.from(Configuration.preset(preset, List.of("gnomon.data.path=/some:where")));
    assertThat(settings.data().path()).contains(Path.of("/some:where"));
  }

  @Test
  void everyProfileIsRightOverTheDefaults() throws IOException {
    try (var profiles = Files.list(Path.of("../conf/profiles"))) {
      assertThat(profiles)
          .isNotEmpty()
          .allSatisfy(profile -> Configuration.load(List.of(profile), List.of()));
    }
  }

  @Test
  void laterLayersWinAndSettingsHaveTheLastWord() throws IOException {
    Path file = write("gnomon { steps = 5, threads = 1, seed = 7 }");
    RunSettings settings =
        RunSettings.from(
            Configuration.load(
                List.of(file),
                List.of(
                    "gnomon.steps=9", "gnomon.noise-levels=code", "gnomon.actors.assigner=a.B")));
    assertThat(settings.training().steps()).isEqualTo(9);
    assertThat(settings.training().seed()).isEqualTo(7);
    assertThat(settings.training().noiseLevels().teacher()).isEqualTo(0.15);
    assertThat(settings.role(Role.TRAINER).threads()).isEqualTo(1);
    assertThat(settings.role(Role.ASSIGNER).actorClass()).contains("a.B");
  }

  @Test
  void everyWordOfAChoiceIsOneThatAConfigurationMayHave() {
    for (SolverKind solver : SolverKind.values()) {
      String set = "gnomon.evaluate.solver=" + solver.word();
      RunSettings settings = RunSettings.from(Configuration.load(List.of(), List.of(set)));
      assertThat(settings.evaluation().sampling().solver().kind()).isEqualTo(solver);
    }
    for (PathKind path : PathKind.values()) {
      String set = "gnomon.path=" + path.word();
      RunSettings settings = RunSettings.from(Configuration.load(List.of(), List.of(set)));
      assertThat(settings.training().path()).isEqualTo(path.path());
    }
  }

  @Test
  void whatAnOlderCheckpointKeepsHasTheDefaultsOfWhatCameLater() {
    Config older =
        Configuration.load(List.of(), List.of("gnomon.steps=7"))
            .withoutPath("gnomon.path")
            .withoutPath("gnomon.guidance.noise-from");
    RunSettings settings = RunSettings.from(Configuration.completed(older));
    assertThat(settings.training().steps()).isEqualTo(7);
    assertThat(settings.training().path()).isEqualTo(PathKind.LINEAR.path());
    assertThat(settings.evaluation().sampling().guidance()).isEqualTo(Guidance.of(0.4));
  }

  @Test
  void akkaAndPluginsHaveKeysOfTheirOwn() {
    assertThatCode(
            () ->
                Configuration.load(
                    List.of(), List.of("akka.loglevel=DEBUG", "gnomon.plugins.mine.depth=3")))
        .doesNotThrowAnyException();
  }

  @Test
  void theExceptionSaysAllOfIt() {
    assertThatThrownBy(
            () -> Configuration.load(List.of(), List.of("gnomon.stepz=1", "gnomon.threads=-1")))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("gnomon.steps?")
        .hasMessageContaining("gnomon.threads");
  }

  private static List<String> faults(List<Path> files, List<String> sets) {
    try {
      Configuration.load(files, sets);
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.faults().stream().map(ConfigFault::toString).toList();
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("mine.conf"), text);
  }

  private static int lineOf(String text) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../conf/defaults.conf"));
    return 1
        + lines.indexOf(
            lines.stream().filter(line -> line.strip().equals(text)).findFirst().orElseThrow());
  }
}
