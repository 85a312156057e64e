package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Shards.Shard;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The velocity of the samples of one integration, as the network answers it under their conditions;
 * where they are guided, both branches in one forward pass. It counts passes, and which samples
 * guidance has stopped for.
 */
final class SampleField implements VelocityField {

  private final ComputeDevice device;
  private final Backbone backbone;
  private final ProbabilityPath path;
  private final Map<String, NDArray> weights;
  private final NDArray condition;
  private final int samples;
  private final Guidance guidance;
  private final boolean[] stopped;
  private DataEstimates estimates; // null where nobody asks
  private long conditional;
  private long unconditional;

  /**
   * The field of a number of samples.
   *
   * @param condition a token each, or null for a network without; with guidance as many null ones
   *     follow
   */
  SampleField(
      ComputeDevice device,
      Backbone backbone,
      ProbabilityPath path,
      Map<String, NDArray> weights,
      NDArray condition,
      int samples,
      Guidance guidance) {
    this.device = device;
    this.backbone = backbone;
    this.path = path;
    this.weights = weights;
    this.condition = condition;
    this.samples = samples;
    this.guidance = guidance;
    this.stopped = new boolean[samples];
  }

  /** The same, which also tells what the images are estimated to become. */
  SampleField telling(DataEstimates listener) {
    this.estimates = listener;
    return this;
  }

  @Override
  public void onStep(NDArray state, NDArray velocity, double t) {
    if (estimates != null) {
      estimates.add(path, state, velocity, t);
    }
  }

  /** Passes so far. */
  Passes passes() {
    long asked = guidance.strength() == 0 ? 0 : conditional;
    return new Passes(conditional, unconditional, asked - unconditional);
  }

  @Override
  public NDArray velocity(NDArray state, double t) {
    double[] times = new double[samples];
    Arrays.fill(times, t);
    return velocity(state, times);
  }

  @Override
  public NDArray velocity(NDArray state, double[] times) {
    boolean[] guided = new boolean[samples];
    conditional += samples;
    for (int i = 0; i < samples; i++) {
      guided[i] = guidance.on(times[i]) && !stopped[i];
      unconditional += guided[i] ? 1 : 0;
    }
    List<NDArray> parts =
        device.shards().map(samples, shard -> ofShard(state, times, guided, shard));
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(new NDList(parts));
  }

  private NDArray ofShard(NDArray state, double[] all, boolean[] guided, Shard shard) {
    int[] rows = IntStream.range(0, shard.count()).filter(i -> guided[shard.from() + i]).toArray();
    float[] asked = new float[shard.count() + rows.length];
    for (int i = 0; i < asked.length; i++) {
      int row = i < shard.count() ? i : rows[i - shard.count()];
      asked[i] = (float) all[shard.from() + row];
    }
    float[] times = Arrays.copyOf(asked, shard.count());
    try (NDManager scope = device.scope()) {
      NDArray point = rows(scope, state, shard, 0);
      NDArray input = path.input(point, times);
      NDArray tokens = condition == null ? null : rows(scope, condition, shard, 0);
      if (rows.length > 0) {
        NDArray none = rows(scope, condition, shard, samples);
        boolean whole = rows.length == shard.count();
        input = input.concat(whole ? input : chosen(input, rows));
        tokens = tokens.concat(whole ? none : chosen(none, rows));
      }
      NDArray output =
          backbone.forward(scope, weights, input, scope.create(asked), tokens, Set.of()).velocity();
      if (rows.length > 0) {
        output = guide(output, rows, shard);
      }
      NDArray velocity = path.velocityOf(output, point, times);
      velocity.attach(state.getManager());
      return velocity;
    }
  }

  /**
   * The answers of a shard, led away from the unconditional ones.
   *
   * @param both the conditional answers, after them the unconditional ones of {@code rows}
   */
  private NDArray guide(NDArray both, int[] rows, Shard shard) {
    if (rows.length == shard.count()) {
      NDList halves = both.split(2);
      stop(halves.get(0), halves.get(1), rows, shard);
      return Guidance.velocity(halves.get(0), halves.get(1), guidance.strength());
    }
    NDList parts = both.split(new long[] {shard.count()});
    stop(chosen(parts.get(0), rows), parts.get(1), rows, shard);
    int[] other = IntStream.range(0, shard.count()).toArray(); // where there is none, itself
    for (int i = 0; i < rows.length; i++) {
      other[rows[i]] = shard.count() + i;
    }
    return Guidance.velocity(parts.get(0), chosen(both, other), guidance.strength());
  }

  private void stop(NDArray one, NDArray other, int[] rows, Shard shard) {
    if (!guidance.mayStop()) {
      return;
    }
    float[] product = sums(one.mul(other));
    float[] first = sums(one.square());
    float[] second = sums(other.square());
    for (int i = 0; i < rows.length; i++) {
      double similarity = product[i] / Math.sqrt((double) first[i] * second[i]);
      stopped[shard.from() + rows[i]] = guidance.stopsAt(similarity);
    }
  }

  private static float[] sums(NDArray x) {
    return x.reshape(x.getShape().get(0), -1).sum(new int[] {1}).toFloatArray();
  }

  private static NDArray chosen(NDArray of, int[] rows) {
    return of.get(of.getManager().create(rows));
  }

  private static NDArray rows(NDManager scope, NDArray of, Shard shard, int offset) {
    NDArray rows = of.get(new NDIndex("{}:{}", offset + shard.from(), offset + shard.to()));
    rows.attach(scope);
    return rows;
  }
}
