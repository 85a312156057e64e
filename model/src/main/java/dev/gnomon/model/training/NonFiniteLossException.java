package dev.gnomon.model.training;

/**
 * A step's loss was not a finite number, or something else that the step would have put into the
 * weights. Whoever trains goes back to a state that was saved, and leaves that step out or gives
 * up.
 */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final long step;

  /**
   * @param half whose loss it is, such as trainer
   */
  public NonFiniteLossException(String half, long step, double loss) {
    this(half, "loss", step, loss);
  }

  /**
   * @param half whose it is, such as trainer
   * @param what is not finite, such as loss
   */
  public NonFiniteLossException(String half, String what, long step, double value) {
    super(
        "the %s's %s is %s at step %d; lower the learning rate or look at that batch's images"
            .formatted(half, what, value, step));
    this.step = step;
  }

  public long step() {
    return step;
  }
}
