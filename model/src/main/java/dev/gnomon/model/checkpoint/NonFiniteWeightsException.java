package dev.gnomon.model.checkpoint;

/**
 * Weights that were to be written to a checkpoint hold a number that is not finite. They came to it
 * after a checkpoint that was sound, and no loss or gradient showed it; nothing of them is written.
 */
public final class NonFiniteWeightsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NonFiniteWeightsException(String half, long step, String tensor, long element, double value) {
    super(
        ("the %s half of step %d is not written: element %d of %s is %s, though the loss and gradient of each step"
                + " were finite; training goes back to the checkpoint before. If it comes again at the same step, lower the"
                + " learning rate or look at what computes that half; if at another, test this machine's memory and device")
            .formatted(half, step, element, tensor, value));
  }
}
