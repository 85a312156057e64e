package dev.gnomon.model.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A set whose last sixth, drawn from all of it, is held out: images 0 to {@link #trained} - 1 are
 * to be trained on, the others to be tested with.
 */
public final class HeldOut implements ImageSet {

  private static final int SHARE = 6;

  private final ImageSet whole;
  private final int[] order; // number in the whole set of each image here
  private final int trained;

  private HeldOut(ImageSet whole, int[] order, int trained) {
    this.whole = whole;
    this.order = order;
    this.trained = trained;
  }

  /** The images of {@code whole} in this order; the same each time. */
  public static HeldOut of(ImageSet whole) {
    boolean[] held = new boolean[whole.count()];
    int count = Math.max(1, whole.count() / SHARE);
    for (long id : BatchOrder.selection(0, whole.count(), count)) {
      held[(int) id] = true;
    }
    int[] order =
        IntStream.concat(
                IntStream.range(0, held.length).filter(i -> !held[i]),
                IntStream.range(0, held.length).filter(i -> held[i]))
            .toArray();
    return new HeldOut(whole, order, held.length - count);
  }

  /** Number of images that are not held out. */
  public int trained() {
    return trained;
  }

  @Override
  public String description() {
    return whole.description();
  }

  @Override
  public int count() {
    return whole.count();
  }

  @Override
  public int channels() {
    return whole.channels();
  }

  @Override
  public int size() {
    return whole.size();
  }

  @Override
  public long bytes() {
    return whole.bytes();
  }

  @Override
  public List<String> labelNames() {
    return whole.labelNames();
  }

  @Override
  public int label(int index) {
    return whole.label(order[index]);
  }

  @Override
  public void read(int index, byte[] into, int offset) {
    whole.read(order[index], into, offset);
  }
}
