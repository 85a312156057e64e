package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.clustering.CollapseWatch.Collapse;
import dev.gnomon.model.clustering.CollapseWatch.Sign;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollapseWatchTest {

  private static final int K = 30;
  private static final double LN_K = Math.log(K);
  private static final CodeBalance EVEN = new CodeBalance(K, 10_000, 29, 0);
  private static final CodeBalance FEW = new CodeBalance(K, 10_000, 2.9, 27);

  /** The first step at which a collapse is noticed if every step is the same; -1 = never. */
  private static long noticed(CollapseWatch watch, double crossEntropy, CodeBalance balance) {
    for (long step = 0; step < 3000; step++) {
      if (watch.step(step, crossEntropy, balance).isPresent()) {
        return step;
      }
    }
    return -1;
  }

  @Test
  void aLossThatStaysAtLnKIsNoticedOnce() {
    CollapseWatch watch = new CollapseWatch(100, 1000);
    for (long step = 0; step < 299; step++) {
      assertThat(watch.step(step, LN_K, EVEN)).isEmpty();
    }
    assertThat(watch.step(299, LN_K, EVEN))
        .contains(new Collapse(Sign.LOSS_AT_LN_K, 200, LN_K, EVEN));
    assertThat(noticed(watch, LN_K, FEW)).isEqualTo(-1);
  }

  @Test
  void fewPrototypesAreNoticedOnce() {
    CollapseWatch watch = new CollapseWatch(0, 1000);
    for (long step = 0; step < 199; step++) {
      assertThat(watch.step(step, 1, FEW)).isEmpty();
    }
    assertThat(watch.step(199, Double.NaN, FEW).map(Collapse::sign)).contains(Sign.FEW_PROTOTYPES);
    assertThat(noticed(watch, LN_K, FEW)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({"1000,200", "4000,200", "4020,201", "40000,2000"})
  void theLongerARunTheLongerItWaits(long steps, long patience) {
    assertThat(noticed(new CollapseWatch(7, steps), LN_K, EVEN)).isEqualTo(7 + patience - 1);
    assertThat(noticed(new CollapseWatch(7, steps), 1, FEW)).isEqualTo(7 + patience - 1);
  }

  /** Two percent below ln K is at ln K, and so is anything above. */
  @ParameterizedTest
  @CsvSource({"0.979,-1", "0.981,199", "1,199", "1.5,199"})
  void nearLnKIsAtIt(double share, long at) {
    assertThat(noticed(new CollapseWatch(0, 1000), share * LN_K, EVEN)).isEqualTo(at);
  }

  /** A tenth of the prototypes, of the samples where these are fewer, and never less than 1.1. */
  @ParameterizedTest
  @CsvSource({
    "30,10000,2.99,199",
    "30,10000,3.01,-1",
    "5000,100,9.9,199",
    "5000,100,10.1,-1",
    "2,10000,1.09,199",
    "2,10000,1.11,-1",
    "5000,0,0,199"
  })
  void fewIsATenthOfWhatThereCanBe(int prototypes, double samples, double effective, long at) {
    CodeBalance balance = new CodeBalance(prototypes, samples, effective, 0);
    assertThat(noticed(new CollapseWatch(0, 1000), 0.1, balance)).isEqualTo(at);
  }

  @Test
  void aStepThatIsWellBeginsTheCountAnew() {
    CollapseWatch watch = new CollapseWatch(0, 1000);
    for (long step = 0; step < 2000; step++) {
      boolean well = step % 200 == 199;
      Optional<Collapse> seen = watch.step(step, well ? 1 : LN_K, well ? EVEN : FEW);
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void aStepThatTrainsNoSampleSaysNothingOfTheLoss() {
    CollapseWatch watch = new CollapseWatch(0, 1000);
    long noticed = -1;
    for (long step = 0; noticed < 0; step++) {
      noticed = watch.step(step, step % 2 == 0 ? LN_K : Double.NaN, EVEN).isPresent() ? step : -1;
    }
    assertThat(noticed).isEqualTo(398);
  }

  @ParameterizedTest
  @CsvSource({"50", "150", "250"})
  void savedAndRestoredItGoesOnAsBefore(long cut) {
    CollapseWatch untouched = new CollapseWatch(0, 1000);
    CollapseWatch resumed = new CollapseWatch(0, 1000);
    for (long step = 0; step < 400; step++) {
      if (step == cut) {
        resumed = new CollapseWatch(0, 1000);
        resumed.restore(untouched.save());
      }
      Optional<Collapse> seen = untouched.step(step, step < 30 ? 1 : LN_K, EVEN);
      assertThat(seen.isPresent()).isEqualTo(step == 229);
      if (step >= cut) {
        assertThat(resumed.step(step, step < 30 ? 1 : LN_K, EVEN)).isEqualTo(seen);
      }
    }
    assertThat(resumed.save()).isEqualTo(untouched.save());
  }

  @Test
  void balanceCountsWhatIsUsed() {
    double[] equal = new double[8];
    Arrays.fill(equal, 3);
    CodeBalance all = CodeBalance.of(equal);
    assertThat(all.effective()).isCloseTo(8, within(1e-12));
    assertThat(all.dead()).isZero();
    assertThat(all.samples()).isEqualTo(24);

    CodeBalance two = CodeBalance.of(new double[] {50, 0, 50, 0.1, 0.3});
    assertThat(two.effective()).isBetween(2.0, 2.1);
    assertThat(two.dead()).as("less than a hundredth of 20.08").isEqualTo(2);
    assertThat(CodeBalance.of(new double[4])).isEqualTo(new CodeBalance(4, 0, 0, 0));
  }
}
