package dev.gnomon.actors.stage;

import dev.gnomon.actors.teacher.TeacherWork;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;
import java.util.Arrays;

/** A teacher without a network: features are a hash of the version's weights and the images. */
public final class MadeUpTeacher implements TeacherWork {

  private final Gate gate;
  private long hash;

  public MadeUpTeacher(Gate gate) {
    this.gate = gate;
    gate.opened();
  }

  @Override
  public void load(long version, WeightSet weights) {
    gate.pass();
    hash = Hash.mix(version, Hash.hash(weights));
  }

  @Override
  public float[] features(ImageBatch batch) {
    gate.pass();
    return Hash.floats(Hash.mix(hash, batch.step(), Arrays.hashCode(batch.pixels())), 2);
  }

  @Override
  public void close() {
    gate.closed();
  }
}
