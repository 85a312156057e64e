package dev.gnomon.actors.evaluator;

import dev.gnomon.model.data.ImageBatch;

/** A checkpoint's networks and the feature network, as the evaluator uses them, on its lane. */
public interface EvaluatorWork extends AutoCloseable {

  /**
   * Generated images and what the feature network sees in them.
   *
   * @param features [count, dimensions]
   * @param pixels uint8 [count, C, size, size]
   * @param codes code each was generated from, [count], where patches have codes that of most of
   *     them; -1 where there was none
   */
  record Samples(float[] features, byte[] pixels, int[] codes, int networkEvaluations) {}

  /**
   * What the networks see in real images.
   *
   * @param features [count, dimensions]
   * @param codes code the checkpoint gives each, or most of its patches, or each had before the
   *     run, [count]; empty where the source has none
   * @param closeness score of its code for each, or share of its patches, [count] or empty
   * @param teacherFeatures those of the middle block, [count, width]; empty where they are not on
   *     the map
   */
  record Seen(float[] features, int[] codes, float[] closeness, float[] teacherFeatures) {

    /** Images that are known by no more than a code each, or by none. */
    public Seen(float[] features, int[] codes) {
      this(features, codes, new float[0], new float[0]);
    }
  }

  /** Block {@code block} of the samples of a checkpoint. */
  Samples samples(CheckpointWeights checkpoint, long block) throws Exception;

  /** A block of real images; its step is the block's number. */
  Seen reference(CheckpointWeights checkpoint, ImageBatch images) throws Exception;

  @Override
  void close();
}
