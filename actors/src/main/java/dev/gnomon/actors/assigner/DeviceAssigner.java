package dev.gnomon.actors.assigner;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerState;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.InitialWeights;
import dev.gnomon.model.training.Taps;

/** The assigner's state on a device of its own. */
public final class DeviceAssigner implements AssignerWork {

  private final ComputeDevice device;
  private final AssignerState state;

  private DeviceAssigner(ComputeDevice device, RunSettings settings) {
    this.device = device;
    this.state = new AssignerState(device, settings.training());
    SupervisionLog.event("sinkhorn")
        .with("actor", "assigner")
        .with("scope", settings.training().sinkhornScope())
        .info();
    settings.init().map(InitialWeights::read).ifPresent(state::initialize);
  }

  /** Opens the role's device and makes a fresh state on it. */
  public static AssignerWork open(RoleSettings role, RunSettings settings) {
    ComputeDevice device = ComputeDevice.open(role.device(), role.threads());
    try {
      return new DeviceAssigner(device, settings);
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
  public void skip() {
    state.skip();
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
