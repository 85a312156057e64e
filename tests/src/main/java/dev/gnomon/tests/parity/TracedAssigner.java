package dev.gnomon.tests.parity;

import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.AssignerWork;
import dev.gnomon.actors.assigner.DeviceAssigner;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrainingSettings;
import java.util.HashMap;
import java.util.Map;

/** An assigner's state whose losses and codes are written down. */
final class TracedAssigner implements AssignerWork {

  private final AssignerWork work;
  private final Trace trace;
  private final TrainingSettings settings;
  private final Map<Long, WeightSet> versions = new HashMap<>();

  private TracedAssigner(AssignerWork work, Trace trace, TrainingSettings settings) {
    this.work = work;
    this.trace = trace;
    this.settings = settings;
    keepVersion();
  }

  static AssignerWork open(RoleContext context, Trace trace) {
    return new TracedAssigner(
        DeviceAssigner.open(context.roleSettings(), context.settings()),
        trace,
        context.settings().training());
  }

  @Override
  public void initialize() {
    work.initialize();
    keepVersion();
  }

  @Override
  public long step() {
    return work.step();
  }

  @Override
  public AssignerStep step(Taps taps) {
    AssignerStep step = work.step(taps);
    trace.add(step);
    keepVersion();
    return step;
  }

  @Override
  public void skip() {
    work.skip();
    keepVersion();
  }

  private void keepVersion() {
    if (settings.schedule().publishes(work.step())) {
      versions.put(work.step(), work.save().under("ema."));
    }
  }

  @Override
  public Conditions conditions(long step, long version, float[] features) {
    Conditions given = work.conditions(step, version, features);
    trace.add(given, features, versions.get(version));
    return given;
  }

  @Override
  public WeightSet save() {
    return work.save();
  }

  @Override
  public void restore(WeightSet saved) {
    work.restore(saved);
    keepVersion();
  }

  @Override
  public void close() {
    work.close();
  }
}
