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

/**
 * The velocity of the samples of one integration, as the network answers it under their conditions;
 * with guidance, both branches in one forward pass.
 */
final class SampleField implements VelocityField {

  private final ComputeDevice device;
  private final Backbone backbone;
  private final ProbabilityPath path;
  private final Map<String, NDArray> weights;
  private final NDArray condition; // tokens; with guidance those of the null condition follow
  private final int samples;
  private final double strength;

  /**
   * The field of a number of samples.
   *
   * @param condition a token each, or null for a network without; twice as many guide
   * @param strength of guidance
   */
  SampleField(
      ComputeDevice device,
      Backbone backbone,
      ProbabilityPath path,
      Map<String, NDArray> weights,
      NDArray condition,
      int samples,
      double strength) {
    this.device = device;
    this.backbone = backbone;
    this.path = path;
    this.weights = weights;
    this.condition = condition;
    this.samples = samples;
    this.strength = strength;
  }

  @Override
  public NDArray velocity(NDArray state, double t) {
    double[] times = new double[samples];
    Arrays.fill(times, t);
    return velocity(state, times);
  }

  @Override
  public NDArray velocity(NDArray state, double[] times) {
    float[] single = new float[samples];
    for (int i = 0; i < samples; i++) {
      single[i] = (float) times[i];
    }
    List<NDArray> parts = device.shards().map(samples, shard -> ofShard(state, single, shard));
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(new NDList(parts));
  }

  private NDArray ofShard(NDArray state, float[] all, Shard shard) {
    boolean guide = condition != null && condition.getShape().get(0) == 2L * samples;
    float[] times = Arrays.copyOfRange(all, shard.from(), shard.to());
    try (NDManager scope = device.scope()) {
      NDArray point = rows(scope, state, shard, 0);
      NDArray x = path.input(point, times);
      NDArray tokens = condition == null ? null : rows(scope, condition, shard, 0);
      float[] asked = guide ? Arrays.copyOf(times, 2 * times.length) : times;
      if (guide) {
        System.arraycopy(times, 0, asked, times.length, times.length);
        x = x.concat(x);
        tokens = tokens.concat(rows(scope, condition, shard, samples));
      }
      NDArray t = scope.create(asked);
      NDArray output = backbone.forward(scope, weights, x, t, tokens, Set.of()).velocity();
      if (guide) {
        NDList halves = output.split(2);
        output = Guidance.velocity(halves.get(0), halves.get(1), strength);
      }
      NDArray velocity = path.velocityOf(output, point, times);
      velocity.attach(state.getManager());
      return velocity;
    }
  }

  private static NDArray rows(NDManager scope, NDArray of, Shard shard, int offset) {
    NDArray rows = of.get(new NDIndex("{}:{}", offset + shard.from(), offset + shard.to()));
    rows.attach(scope);
    return rows;
  }
}
