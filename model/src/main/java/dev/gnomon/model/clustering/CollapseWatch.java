package dev.gnomon.model.clustering;

import dev.gnomon.model.engine.HostTensor;
import java.util.Optional;

/**
 * Notices that codes have collapsed, once: where the loss stays at ln K, which is what scores that
 * say nothing have (METHOD 4.3), or few prototypes have all samples. Both are so at the beginning
 * of a healthy run too, so it looks from some step on, and waits until they last.
 */
public final class CollapseWatch {

  /** How near ln K, as a share of it, is at ln K. */
  static final double NEAR = 0.02;

  /** The share of the prototypes, as far as there are samples for them, that is few. */
  static final double FEW = 0.1;

  /** Steps in a row that a sign must last at least; {@link #LONG} of the run if that is longer. */
  static final long LEAST_STEPS = 200;

  /** The share of a run that a sign must last. */
  static final double LONG = 0.05;

  /** What is seen of a collapse. */
  public enum Sign {
    LOSS_AT_LN_K,
    FEW_PROTOTYPES
  }

  /**
   * A collapse.
   *
   * @param steps that its sign has lasted
   * @param crossEntropy of the step at which it is noticed; NaN where that trained no sample
   */
  public record Collapse(Sign sign, long steps, double crossEntropy, CodeBalance balance) {}

  private final long from;
  private final long patience;
  private long stuck; // steps in a row with the loss at ln K
  private long few; // with few prototypes in use
  private boolean said;

  /**
   * A watch over a run.
   *
   * @param from first step it looks at
   * @param steps of the whole run
   */
  public CollapseWatch(long from, long steps) {
    this.from = from;
    this.patience = Math.max(LEAST_STEPS, (long) (LONG * steps));
  }

  /**
   * Looks at a step; gives the collapse where it has lasted, once and never again.
   *
   * @param crossEntropy mean over the samples that were trained, against codes that are balanced;
   *     NaN without any
   * @param balance of recent samples
   */
  public Optional<Collapse> step(long step, double crossEntropy, CodeBalance balance) {
    if (step < from || said) {
      return Optional.empty();
    }
    if (!Double.isNaN(crossEntropy)) {
      stuck = crossEntropy >= (1 - NEAR) * Math.log(balance.prototypes()) ? stuck + 1 : 0;
    }
    double possible = Math.min(balance.prototypes(), balance.samples());
    few = balance.effective() < Math.max(1 + FEW, FEW * possible) ? few + 1 : 0;
    said = stuck >= patience || few >= patience;
    return said
        ? Optional.of(
            stuck >= patience
                ? new Collapse(Sign.LOSS_AT_LN_K, stuck, crossEntropy, balance)
                : new Collapse(Sign.FEW_PROTOTYPES, few, crossEntropy, balance))
        : Optional.empty();
  }

  /** I64 [3]. */
  public HostTensor save() {
    return HostTensor.of(new long[] {stuck, few, said ? 1 : 0}, 3);
  }

  /** Takes up what was saved. */
  public void restore(HostTensor saved) {
    long[] state = saved.longs();
    stuck = state[0];
    few = state[1];
    said = state[2] == 1;
  }
}
