package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger();

  @Test
  void aStepIsReportedOnceWithTheMeasuresOfAllWhoTookPart() {
    ledger.begin(1, Start.fromScratch());
    ledger.measured(0, Map.of("loss", 0.5));
    assertThat(ledger.done(0, 10)).isEmpty();
    ledger.measured(0, Map.of("nmi", 0.25));
    assertThat(ledger.done(1, 10))
        .containsExactly(new StepReport(1, 1, 10, Map.of("loss", 0.5, "nmi", 0.25)));
    ledger.measured(0, Map.of("loss", 9.0));
    assertThat(ledger.done(1, 10)).isEmpty();
  }

  @Test
  void anAnnouncementThatWasLostLeavesAStepWithoutMeasures() {
    ledger.begin(1, Start.fromScratch());
    ledger.measured(1, Map.of("loss", 0.5));
    assertThat(ledger.done(2, 10))
        .containsExactly(
            new StepReport(1, 1, 10, Map.of()), new StepReport(1, 2, 10, Map.of("loss", 0.5)));
  }

  @Test
  void segmentsNameTheLineageOfEachStepThatSurvived() {
    ledger.begin(1, Start.fromScratch());
    ledger.done(8, 10);
    assertThat(ledger.segments()).containsExactly(new Segment(1, 0, 8));
    assertThat(ledger.lost(5)).isEqualTo(3);
    ledger.begin(2, new Start(5, "step-5", List.of(new Segment(1, 0, 5))));
    assertThat(ledger.segments()).containsExactly(new Segment(1, 0, 5));
    ledger.done(6, 10);
    assertThat(ledger.segments()).containsExactly(new Segment(1, 0, 5), new Segment(2, 5, 6));
    assertThat(ledger.lost(7)).isZero();
  }

  @Test
  void aStepThatTrainsNothingIsReportedWithTheReason() {
    ledger.begin(2, new Start(3, "step-3", List.of(), List.of(new Skipped(4, "NaN"))));
    ledger.measured(5, Map.of("loss", 0.5));
    assertThat(ledger.done(6, 10))
        .containsExactly(
            new StepReport(2, 4, 10, Map.of()),
            new StepReport(2, 5, 10, Map.of(), Optional.of("NaN")),
            new StepReport(2, 6, 10, Map.of("loss", 0.5)));
    ledger.begin(3, new Start(3, "step-3", List.of()));
    assertThat(ledger.done(5, 10)).allMatch(report -> report.skipped().isEmpty());
  }

  @Test
  void measuresOfAnAbandonedLineageAreForgotten() {
    ledger.begin(1, Start.fromScratch());
    ledger.measured(3, Map.of("loss", 7.0));
    ledger.begin(2, new Start(3, "step-3", List.of(new Segment(1, 0, 3))));
    assertThat(ledger.done(4, 10)).containsExactly(new StepReport(2, 4, 10, Map.of()));
  }
}
