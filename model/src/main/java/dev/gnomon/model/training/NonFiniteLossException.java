package dev.gnomon.model.training;

/** A step's loss was not a finite number; nothing was updated. */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final long step;

  NonFiniteLossException(String half, long step, double loss) {
    super(
        "the %s's loss is %s at step %d; lower the learning rate or look at that batch's images"
            .formatted(half, loss, step));
    this.step = step;
  }

  public long step() {
    return step;
  }
}
