package dev.gnomon.launch.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.settings.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an experiment is said before it starts, with its place. */
class ExperimentFileTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seeds = [1, 2] | seeds = [] | tiny.conf:10: experiment.seeds: is [], expected a list of different",
        "seeds = [1, 2] | seeds = [1, 1] | experiment.seeds: is [1,1], expected a list of different",
        "seeds = [1, 2], | '' | experiment.seeds: is missing",
        "samples = 128, curve | detail-seeds = [1, 3], samples = 128, curve | experiment.detail-seeds: has 3, which seeds has not",
        "samples = 128, curve | samples = 1, curve | experiment.samples: is 1, expected a whole number",
        "samples = 128, curve | samples = many, curve | experiment.samples: is \"many\", expected a whole",
        "clusters = 4, | cluster = 4, | experiment.cluster: there is no such key; expected some of title",
        "name = none | name = \"No ne\" | experiment.modes[0].name: is \"No ne\", expected a name of small",
        "name = bootstrap | name = none | experiment.modes: has none twice",
        "begin { mode = none | begin { mode = non | kmeans names the mode \"non\"; expected one of those",
        "at = 0.5 }, codes | at = 1.5 }, codes | experiment.modes[2].begin.at: is 1.5, expected a number",
        "modes = [bootstrap, | modes = [bootstrop, | guidance names the mode \"bootstrop\"",
        "solver = dopri5 | solver = dopri | is \"dopri\", expected euler | heun",
        "tolerances = [0.1] | steps = [] | experiment.solvers[1].steps: is [], expected a list of numbers",
        "tolerances = [0.1] | steps = [5] | experiment.solvers[1].solver: is dopri5, which chooses its steps: expected tolerances",
        "tolerances = [0.1] | tolerances = [0.1], steps = [5] | experiment.solvers[1].solver: is dopri5, which chooses its steps",
        "solver = euler, steps = [1, 2] | solver = euler-maruyama, steps = [1] | experiment.solvers[0].steps: has 1, expected 2 or more",
        "tolerances = [0.1] | tolerances = [0] | experiment.solvers[1].tolerances: expected numbers above 0",
        "solver = euler, steps = [1, 2] | solver = euler | experiment.solvers[0].solver: is euler, which has no tolerance: expected steps",
        "solver = dopri5 | solver = euler | experiment.solvers[1].solver: is euler, which has no tolerance: expected steps",
        "name = staleness | name = none | experiment.studies: has none twice, or a mode has this name",
        "values = [0, 1, 4] | value = 0 | experiment.studies[0].values: is missing",
        "name = masked, settings | name = masked, setting | variants[0].setting: there is no such key",
        "{ masked-mean = true, queue = 2 } | {} | variants[0].settings: is empty: nothing would change",
        "{ condition { masked-mean = true, queue = 2 } } } | { path = vp } }, { name = masked, settings { path = ve } } | experiment.studies: makes codes-masked twice",
        "name = external, settings | name = codes-masked, settings | experiment.studies: makes codes-masked twice, or a mode",
        "network { file = \"\" } | network { file = /nowhere/x.pt } | network.file: is \"/nowhere/x.pt\", which is no file that can be read",
        "network { file = \"\" } | network { file = \"\", sha256 = 5cc9 } | network.sha256: is \"5cc9\", expected 64 digits",
        "network { file = \"\" } | network { file = /dev/null, sha256 = 5cc9f08449590cfca89bbbaa4726ab19b904b4c52f82266fde23f36299edd9ae } | network.file: is another network than the one of network.sha256; if you mean it: --set experiment.network.sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      })
  void aFaultIsNamed(String right, String wrong, String said) throws IOException {
    Path file = TinyExperiment.file(folder);
    String text = Files.readString(file);
    assertThat(text).contains(right);
    Files.writeString(file, text.replace(right, wrong));
    assertThatThrownBy(() -> ExperimentFile.read(file, List.of(), true))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining(said);
  }

  @Test
  void whatIsNoExperimentIsSaid() throws IOException {
    Path preset = Files.writeString(folder.resolve("preset.conf"), "gnomon.steps = 3");
    assertThatThrownBy(() -> ExperimentFile.read(preset, List.of(), true))
        .hasMessageContaining("experiment: is missing: this is no experiment");
    assertThatThrownBy(() -> ExperimentFile.read(folder.resolve("none.conf"), List.of(), true))
        .hasMessageContaining("there is no such file; experiments are in conf/experiments");
    Path broken = Files.writeString(folder.resolve("broken.conf"), "experiment {");
    assertThatThrownBy(() -> ExperimentFile.read(broken, List.of(), true))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("broken.conf: can not be read");
  }

  @Test
  void aCopyThatNoLongerFindsItsPresetIsRefused() throws IOException {
    Path copy = folder.resolve("mine.conf");
    Files.copy(Path.of("../conf/experiments/fashion-mnist.conf"), copy);
    assertThatThrownBy(() -> ExperimentFile.read(copy, List.of(), false))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("mine.conf: can not be read")
        .hasMessageContaining("presets/fashion-mnist.conf");
  }

  @Test
  void setsOfBothKindsAreLaidOverTheFile() throws IOException {
    Experiment experiment = TinyExperiment.read(folder, "gnomon.steps=16", "experiment.seeds=[7]");
    assertThat(experiment.base().getLong("gnomon.steps")).isEqualTo(16);
    assertThat(experiment.seeds()).containsExactly(7L);
    assertThat(experiment.name()).isEqualTo("tiny");
  }

  @Test
  void theExperimentsThatShipCanBePlannedWithoutTheirImages() throws IOException {
    Path shipped = Path.of("../conf/experiments");
    try (var files = Files.list(shipped)) {
      for (Path file : files.toList()) {
        ExperimentPlan plan = ExperimentPlan.of(ExperimentFile.read(file, List.of(), false));
        assertThat(plan.jobs()).as(file.toString()).hasSizeGreaterThan(20);
      }
    }
  }
}
