package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * 64 images by dopri5 with guidance: how much of the time is the network's, both branches in one
 * forward pass of 128 images.
 */
final class SampleBench implements Bench {

  private static final SamplingSettings DOPRI5 =
      new SamplingSettings(SolverSettings.DOPRI5, Guidance.of(0.4), true);

  @Override
  public String what() {
    return "share of the network in sampling 64 images by dopri5 with guidance";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        BenchNetwork network = new BenchNetwork(device, Precision.BF16);
        UViT net = new UViT(device, BenchNetwork.NETWORK, TokenLayout.LABEL, 11, Precision.BF16);
        NDManager owner = device.scope()) {
      for (int i = 0; i < 20; i++) {
        network.step();
      }
      WeightSet trunk = network.save();
      Map<String, NDArray> weights = new LinkedHashMap<>();
      trunk
          .under("ema.")
          .tensors()
          .forEach((name, tensor) -> weights.put(name, device.array(owner, tensor)));
      try (ImageSampler sampler =
          new ImageSampler(device, network.settings(), trunk, Optional.empty())) {
        sampler.sample(
            1,
            0,
            new SamplingSettings(
                SolverSettings.euler(2), Guidance.of(0.4), true)); // its first calls
        double before = Timing.medians(repeats, () -> bothBranches(device, net, weights))[0];
        long began = System.nanoTime();
        int evaluations = sampler.sample(1, 0, DOPRI5).networkEvaluations();
        double sampling = (System.nanoTime() - began) / 1e9;
        double after = Timing.medians(repeats, () -> bothBranches(device, net, weights))[0];
        double inNetwork = evaluations * (before + after) / 2;
        return List.of(
            new Figure(
                "time in the network over all of sampling",
                inNetwork / sampling,
                0.9,
                0.97,
                Map.of("sampling s", sampling, "NFE", (double) evaluations)));
      }
    }
  }

  private static Object bothBranches(ComputeDevice device, UViT net, Map<String, NDArray> weights) {
    return device
        .shards()
        .map(
            BenchNetwork.BATCH,
            shard -> {
              try (NDManager scope = device.scope()) {
                int both = 2 * shard.count();
                NDArray x = scope.ones(new Shape(both, 3, 32, 32));
                NDArray t = scope.full(new Shape(both), 0.5f);
                NDArray label = net.label(scope, weights, scope.create(new long[both]));
                return net.forward(scope, weights, x, t, label, Set.of()).velocity().getShape();
              }
            });
  }
}
