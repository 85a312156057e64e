package dev.gnomon.actors.teacher;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;

/** The averaged trunk, as the teacher uses it, on its lane alone. */
public interface TeacherWork extends AutoCloseable {

  /** Takes up the weights of a version. */
  void load(long version, WeightSet weights);

  /** Features of a batch, [B, width], by the weights it has. */
  float[] features(ImageBatch batch);

  @Override
  void close();
}
