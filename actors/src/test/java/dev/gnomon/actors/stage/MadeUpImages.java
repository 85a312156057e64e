package dev.gnomon.actors.stage;

import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.model.data.ImageBatch;

/** Batches of one grey pixel. */
public final class MadeUpImages implements ImageSource {

  private final Gate gate;

  public MadeUpImages(Gate gate) {
    this.gate = gate;
    gate.opened();
  }

  /** The batch of a step. */
  public static ImageBatch images(long step) {
    return new ImageBatch(
        step, 1, 1, new byte[] {(byte) (step * 37)}, new long[] {step}, new int[] {(int) step % 3});
  }

  @Override
  public ImageBatch batch(long step) {
    gate.pass();
    return images(step);
  }

  @Override
  public ImageBatch reference(long block) {
    gate.pass();
    return images(1000 + block);
  }

  @Override
  public void close() {
    gate.closed();
  }
}
