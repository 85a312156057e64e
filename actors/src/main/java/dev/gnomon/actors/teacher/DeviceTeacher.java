package dev.gnomon.actors.teacher;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.TeacherState;
import dev.gnomon.model.training.TrainingSettings;

/** The teacher's network on a device of its own. */
public final class DeviceTeacher implements TeacherWork {

  private final ComputeDevice device;
  private final TeacherState state;

  private DeviceTeacher(ComputeDevice device, TrainingSettings training, StepDraws draws) {
    this.device = device;
    this.state = new TeacherState(device, training, draws);
  }

  /** Opens the role's device and makes a fresh state on it, which sees under {@code draws}. */
  public static TeacherWork open(RoleSettings role, TrainingSettings training, StepDraws draws) {
    ComputeDevice device = ComputeDevice.open(role.device(), role.threads());
    try {
      return new DeviceTeacher(device, training, draws);
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
