package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.diffusion.SolverSettings;
import java.math.BigDecimal;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {

  private static Sweep sweep(String text) {
    return new Sweep.Converter().convert(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "guidance=0:4:0.5 | 0 0.5 1 1.5 2 2.5 3 3.5 4",
        "guidance=0:1:0.3 | 0 0.3 0.6 0.9",
        "guidance=0:0.3:0.1 | 0 0.1 0.2 0.3",
        "guidance=2,0,1.50,2.0 | 0 1.5 2",
        "steps=5,10,20 | 5 10 20",
        "steps=10:1e2:30 | 10 40 70 100",
      })
  void valuesAscendAndEachIsThereOnce(String text, String values) {
    assertThat(
            sweep(text).values().stream()
                .map(BigDecimal::toPlainString)
                .collect(Collectors.joining(" ")))
        .isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tolerance=1,2 | neither guidance=VALUES nor steps=VALUES",
        "guidance | expected FROM:TO:BY",
        "guidance= | expected FROM:TO:BY",
        "guidance=0:4 | expected FROM:TO:BY",
        "guidance=0:x:1 | expected FROM:TO:BY",
        "guidance=NaN,1 | expected FROM:TO:BY",
        "guidance=1,,2 | expected FROM:TO:BY",
        "guidance=0:4:0 | BY must be above 0",
        "guidance=0:4:-1 | BY must be above 0",
        "guidance=4:0:1 | expected 2 to 100 values",
        "guidance=1 | expected 2 to 100 values",
        "guidance=0:1000:0.001 | more than 100 values",
        "guidance=-1,1 | guidance must be 0 or more",
        "steps=0,5 | whole numbers from 1 on",
        "steps=1:2:0.5 | whole numbers from 1 on",
        "steps=5,1e9 | whole numbers from 1 on",
      })
  void whatIsNoSweepIsRefused(String text, String answer) {
    assertThatThrownBy(() -> sweep(text)).hasMessageContaining(answer).hasMessageContaining(text);
  }

  @Test
  void aValueTakesThePlaceOfItsSettingAlone() {
    SamplingSettings usual =
        new SamplingSettings(SolverSettings.euler(30), new Guidance(1, 0.1, 0.7, 1), true);
    Sweep guidance = sweep("guidance=0,2.5");
    assertThat(guidance.setting().at(usual, guidance.values().get(1)))
        .isEqualTo(
            new SamplingSettings(SolverSettings.euler(30), new Guidance(2.5, 0.1, 0.7, 1), true));
    Sweep steps = sweep("steps=5,7");
    SolverSettings seven = steps.setting().at(usual, steps.values().get(1)).solver();
    assertThat(seven).isEqualTo(SolverSettings.euler(30).with(SolverKind.EULER, 7));
  }
}
