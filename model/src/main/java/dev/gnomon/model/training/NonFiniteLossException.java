package dev.gnomon.model.training;

/**
 * A step's loss was not a finite number. Whoever trains goes back to a state that was saved, and
 * leaves that step out or gives up.
 */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final long step;

  /**
   * @param half whose loss it is, such as trainer
   */
  public NonFiniteLossException(String half, long step, double loss) {
    super(
        "the %s's loss is %s at step %d; lower the learning rate or look at that batch's images"
            .formatted(half, loss, step));
    this.step = step;
  }

  public long step() {
    return step;
  }
}
