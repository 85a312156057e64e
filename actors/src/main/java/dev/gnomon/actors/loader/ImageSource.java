package dev.gnomon.actors.loader;

import dev.gnomon.model.data.ImageBatch;

/** Where a loader gets images from. Calls block. */
public interface ImageSource extends AutoCloseable {

  /** The images of a training step. */
  ImageBatch batch(long step);

  /** A block of the fixed reference selection; without images where the set has no more. */
  ImageBatch reference(long block);

  @Override
  void close();
}
