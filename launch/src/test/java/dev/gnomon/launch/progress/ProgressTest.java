package dev.gnomon.launch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.StepReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final long SECOND = 1_000_000_000L;

  private long clock;
  private final StringWriter text = new StringWriter();
  private final ProgressLines lines =
      new ProgressLines(new PrintWriter(text, true), Duration.ofSeconds(5), () -> clock);

  @Test
  void aPipeGetsALineEveryFewSecondsWithAllFigures() {
    for (int step = 1; step <= 100; step++) {
      lines.onStep(step(step));
      clock += SECOND;
    }
    assertThat(text.toString().lines())
        .hasSize(21)
        .startsWith(
            "step 1/100  loss 0.5000  1,234 images/s  staleness 1  NMI 0.410",
            "step 6/100  loss 0.5000  1,234 images/s  staleness 1  NMI 0.410  1m 34s left")
        .endsWith("step 100/100  loss 0.5000  1,234 images/s  staleness 1  NMI 0.410");
  }

  @Test
  void aPauseAndStepsThatAreDoneAgainAreNotThePace() {
    for (int step = 1; step <= 50; step++) {
      lines.onStep(step(step));
      clock += SECOND;
    }
    clock += 3600 * SECOND; // paused by an operator
    for (int step = 51; step <= 57; step++) {
      lines.onStep(step(step));
      clock += SECOND;
    }
    assertThat(text.toString().lines().toList()).last().asString().endsWith("  44s left");
    for (int step = 21; step <= 33; step++) { // it went back
      lines.onStep(step(step));
      clock += SECOND;
    }
    assertThat(text.toString().lines().toList())
        .last()
        .asString()
        .startsWith("step 29/")
        .endsWith("  1m 11s left");
  }

  @Test
  void aScoreHasALineOfItsOwnUnderItsFullName() {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("fd", 0.5);
    scores.put("FD (seeded-conv)", 0.5);
    scores.put("nmi", 0.41);
    lines.onScored(400, scores);
    assertThat(text.toString().strip())
        .isEqualTo("scored step 400  FD (seeded-conv) 0.5000  NMI 0.4100");
  }

  @Test
  void aMeasureThatIsNotThereIsLeftOut() {
    lines.onStep(new StepReport(1, 1, 2, Map.of("loss", 1.0, "nmi", Double.NaN)));
    assertThat(text.toString().strip()).isEqualTo("step 1/2  loss 1.0000");
  }

  @Test
  void aBarFitsTheTerminal() {
    assertThat(ProgressMeter.line(50, 100, "loss 0.5", 60))
        .hasSizeLessThanOrEqualTo(60)
        .startsWith("[====")
        .endsWith("50/100  loss 0.5");
    assertThat(ProgressMeter.line(50, 100, "loss 0.5", 12)).isEqualTo("50/100  loss");
    assertThat(ProgressMeter.line(100, 100, "", 60)).contains("=]").doesNotContain("= ");
  }

  @Test
  void eachLineIsToldOnceItIsWholeAndAllTextIsKept() {
    List<String> told = new ArrayList<>();
    EachLine each = new EachLine(told::add);
    PrintWriter out = new PrintWriter(each, true);
    out.printf("first%n%nsec");
    out.flush();
    assertThat(told).containsExactly("first");
    out.println("ond");
    assertThat(told).containsExactly("first", "second");
    assertThat(each.toString()).isEqualToNormalizingNewlines("first\n\nsecond\n");
  }

  private static StepReport step(long step) {
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", 0.5);
    measures.put("images_per_second", 1234.0);
    measures.put("staleness", 1.0);
    measures.put("nmi", 0.41);
    return new StepReport(1, step, 100, measures);
  }
}
