package dev.gnomon.model.training;

import dev.gnomon.model.clustering.CodeBalance;
import dev.gnomon.model.clustering.CollapseWatch.Collapse;
import java.util.Optional;

/**
 * What one step of the assigner gives.
 *
 * @param loss masked Sinkhorn-Knopp loss, before its ramp
 * @param ramp what the loss was weighted with
 * @param nmi agreement of recent codes with labels in [0, 1]; NaN without labels
 * @param balance of recent codes
 * @param codes the student's balanced code of each image, [B], or of each of its patches
 * @param collapse at the step at which it is noticed that codes have collapsed
 */
public record AssignerStep(
    long step,
    double loss,
    double ramp,
    double nmi,
    CodeBalance balance,
    int[] codes,
    Optional<Collapse> collapse) {

  /** One that does not look for a collapse. */
  public AssignerStep(
      long step, double loss, double ramp, double nmi, CodeBalance balance, int[] codes) {
    this(step, loss, ramp, nmi, balance, codes, Optional.empty());
  }
}
