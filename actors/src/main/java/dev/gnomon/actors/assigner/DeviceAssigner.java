package dev.gnomon.actors.assigner;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.clustering.CodeBalance;
import dev.gnomon.model.clustering.CollapseWatch;
import dev.gnomon.model.clustering.CollapseWatch.Collapse;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerState;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.InitialWeights;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrainingSettings;
import java.nio.file.Path;
import java.util.Optional;

/** The assigner's state on a device of its own. */
public final class DeviceAssigner implements AssignerWork {

  private final ComputeDevice device;
  private final TrainingSettings training;
  private final AssignerState state;
  private final Optional<Path> init;

  private DeviceAssigner(ComputeDevice device, RunSettings settings) {
    this.device = device;
    this.training = settings.training();
    this.state = new AssignerState(device, training);
    SupervisionLog.event("sinkhorn")
        .with("actor", "assigner")
        .with("scope", training.sinkhornScope())
        .info();
    this.init = settings.init();
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
  public void initialize() {
    init.map(InitialWeights::read).ifPresent(state::initialize);
  }

  @Override
  public long step() {
    return state.step();
  }

  @Override
  public AssignerStep step(Taps taps) {
    AssignerStep step = state.step(taps);
    step.collapse().ifPresent(collapse -> warn(step.step(), collapse));
    return step;
  }

  private void warn(long step, Collapse collapse) {
    CodeBalance balance = collapse.balance();
    SupervisionLog.event("codes-collapsed")
        .with("actor", "assigner")
        .with("step", step)
        .with(
            "cause",
            collapse.sign() == CollapseWatch.Sign.LOSS_AT_LN_K
                ? "the loss stays at ln K: scores say nothing of the images"
                : "few prototypes have all images")
        .with("steps", collapse.steps())
        .with("loss", "%.3f".formatted(collapse.crossEntropy()))
        .with("ln-k", "%.3f".formatted(Math.log(balance.prototypes())))
        .with("effective", "%.1f".formatted(balance.effective()))
        .with("dead", balance.dead())
        .with("prototypes", balance.prototypes())
        .with("remedy", remedy(training.condition()))
        .warn();
  }

  /** What helped others (METHOD 4.3); all of it is another run. */
  private static String remedy(TrainingSettings.Condition now) {
    return ("begin another run with gnomon.condition.epsilon below %s, such as 0.03, or fewer"
            + " gnomon.condition.prototypes, or a larger gnomon.batch-size, or %s")
        .formatted(
            now.epsilon(),
            now.queue() == 0
                ? "gnomon.condition.queue above 0"
                : "a gnomon.condition.queue below " + now.queue());
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
