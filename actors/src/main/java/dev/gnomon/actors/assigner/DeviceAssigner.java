package dev.gnomon.actors.assigner;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerState;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrainingSettings;

/** The assigner's state on a device of its own. */
final class DeviceAssigner implements AssignerWork {

  private final ComputeDevice device;
  private final AssignerState state;

  private DeviceAssigner(ComputeDevice device, TrainingSettings training) {
    this.device = device;
    this.state = new AssignerState(device, training);
  }

  /** Opens the device, {@code cpu} or {@code gpuN}, and makes a fresh state on it. */
  static AssignerWork open(String deviceName, int threads, TrainingSettings training) {
    ComputeDevice device = ComputeDevice.open(deviceName, threads);
    try {
      return new DeviceAssigner(device, training);
    } catch (RuntimeException failure) {
      device.close();
      throw failure;
    }
  }

  @Override
  public long step() {
    return state.step();
  }

  @Override
  public AssignerStep step(Taps taps) {
    return state.step(taps);
  }

  @Override
  public Conditions conditions(long step, long version, float[] features) {
    return state.conditions(step, version, features);
  }

  @Override
  public WeightSet save() {
    return state.save();
  }

  @Override
  public void restore(WeightSet saved) {
    state.restore(saved);
  }

  @Override
  public void close() {
    state.close();
    device.close();
  }
}
