package dev.gnomon.actors.trainer;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrunkState;
import dev.gnomon.model.training.TrunkStep;

/** The trunk's state on a device of its own. */
final class DeviceTrunk implements TrunkWork {

  private final ComputeDevice device;
  private final TrunkState state;

  private DeviceTrunk(ComputeDevice device, TrainingSettings training) {
    this.device = device;
    this.state = new TrunkState(device, training);
  }

  /** Opens the device, {@code cpu} or {@code gpuN}, and makes a fresh state on it. */
  static TrunkWork open(String deviceName, int threads, TrainingSettings training) {
    ComputeDevice device = ComputeDevice.open(deviceName, threads);
    try {
      return new DeviceTrunk(device, training);
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
  public TrunkStep step(ImageBatch batch, Conditions conditions) {
    return state.step(batch, conditions);
  }

  @Override
  public WeightSet version() {
    return state.version();
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
