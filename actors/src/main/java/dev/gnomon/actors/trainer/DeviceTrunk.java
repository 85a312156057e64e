package dev.gnomon.actors.trainer;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.InitialWeights;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrunkState;
import dev.gnomon.model.training.TrunkStep;
import java.nio.file.Path;
import java.util.Optional;

/** The trunk's state on a device of its own. */
public final class DeviceTrunk implements TrunkWork {

  private final ComputeDevice device;
  private final TrunkState state;
  private final Optional<Path> init;

  private DeviceTrunk(ComputeDevice device, RunSettings settings, StepDraws draws) {
    this.device = device;
    this.state = new TrunkState(device, settings.training(), draws);
    this.state.prepareToSave();
    if (settings.training().precision() == Precision.BF16 && !device.multipliesBf16()) {
      SupervisionLog.event("precision")
          .with("actor", "trainer")
          .with("wanted", "bf16")
          .with("used", "fp32")
          .with("cause", "this CPU has no bf16 instructions")
          .info();
    }
    this.init = settings.init();
  }

  /** Opens the role's device and makes a fresh state on it, which trains on {@code draws}. */
  public static TrunkWork open(RoleSettings role, RunSettings settings, StepDraws draws) {
    ComputeDevice device = ComputeDevice.open(role.device(), role.threads());
    try {
      return new DeviceTrunk(device, settings, draws);
    } catch (RuntimeException failure) {
      device.close();
      throw failure;
    }
  }

  @Override
  public void initialize() {
    init.ifPresent(
        file ->
            SupervisionLog.event("initial-weights")
                .with("actor", "trainer")
                .with("file", file)
                .with("missing", state.initialize(InitialWeights.read(file)))
                .info());
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
