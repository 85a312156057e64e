package dev.gnomon.actors.teacher;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TeacherState;
import dev.gnomon.model.training.TrainingSettings;

/** The teacher's network on a device of its own. */
final class DeviceTeacher implements TeacherWork {

  private final ComputeDevice device;
  private final TeacherState state;

  private DeviceTeacher(ComputeDevice device, TrainingSettings training) {
    this.device = device;
    this.state = new TeacherState(device, training);
  }

  /** Opens the device, {@code cpu} or {@code gpuN}, and makes a fresh state on it. */
  static TeacherWork open(String deviceName, int threads, TrainingSettings training) {
    ComputeDevice device = ComputeDevice.open(deviceName, threads);
    try {
      return new DeviceTeacher(device, training);
    } catch (RuntimeException failure) {
      device.close();
      throw failure;
    }
  }

  @Override
  public void load(long version, WeightSet weights) {
    state.load(version, weights);
  }

  @Override
  public float[] features(ImageBatch batch) {
    return state.features(batch);
  }

  @Override
  public void close() {
    state.close();
    device.close();
  }
}
