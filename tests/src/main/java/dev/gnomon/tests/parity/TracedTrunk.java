package dev.gnomon.tests.parity;

import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.trainer.DeviceTrunk;
import dev.gnomon.actors.trainer.TrunkWork;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.TrunkStep;

/** A trainer's trunk whose losses are written down. */
record TracedTrunk(TrunkWork work, Trace trace) implements TrunkWork {

  static TrunkWork open(RoleContext context, StepDraws draws, Trace trace) {
    return new TracedTrunk(
        DeviceTrunk.open(context.roleSettings(), context.settings(), draws), trace);
  }

  @Override
  public void initialize() {
    work.initialize();
  }

  @Override
  public long step() {
    return work.step();
  }

  @Override
  public TrunkStep step(ImageBatch batch, Conditions conditions) {
    TrunkStep step = work.step(batch, conditions);
    trace.add(step);
    return step;
  }

  @Override
  public void skip() {
    work.skip();
  }

  @Override
  public WeightSet version() {
    return work.version();
  }

  @Override
  public WeightSet save() {
    return work.save();
  }

  @Override
  public void restore(WeightSet saved) {
    work.restore(saved);
  }

  @Override
  public void close() {
    work.close();
  }
}
