package dev.gnomon.actors.stage;

import dev.gnomon.actors.trainer.TrunkWork;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.NonFiniteLossException;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrunkStep;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A trunk without a network: its state is a hash of all it trained on, in order. */
public class MadeUpTrunk implements TrunkWork {

  private final Gate gate;
  private final Set<Long> notFinite;
  private long step;
  private long hash;

  public MadeUpTrunk(Gate gate) {
    this(gate, Set.of());
  }

  /** A trunk whose loss is not finite at those steps. */
  public MadeUpTrunk(Gate gate, Set<Long> notFinite) {
    this.gate = gate;
    this.notFinite = notFinite;
    gate.opened();
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public TrunkStep step(ImageBatch batch, Conditions conditions) {
    gate.pass();
    if (batch.step() != step || conditions.step() != step) {
      throw new IllegalArgumentException("inputs of another step");
    }
    if (notFinite.contains(step)) {
      throw new NonFiniteLossException("trainer", step, Double.NaN);
    }
    hash = Hash.mix(hash, step, Arrays.hashCode(batch.pixels()), Hash.of(conditions));
    Taps taps =
        new Taps(step, Hash.floats(hash, 2), new float[] {0}, batch.labels(), conditions.codes());
    step++;
    return new TrunkStep(taps.step(), hash % 1000, Optional.of(taps));
  }

  @Override
  public void skip() {
    step++;
  }

  @Override
  public WeightSet version() {
    return Hash.weights(step, Hash.mix(hash, 77));
  }

  @Override
  public WeightSet save() {
    return Hash.weights(step, hash);
  }

  @Override
  public void restore(WeightSet saved) {
    step = Hash.step(saved);
    hash = Hash.hash(saved);
  }

  @Override
  public void close() {
    gate.closed();
  }
}
