package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Features of a batch, which stop at their tap, beside the whole forward pass. */
final class TeacherBench implements Bench {

  @Override
  public String what() {
    return "features with early exit over a full forward pass, 64 images";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        UViT net = new UViT(device, BenchNetwork.NETWORK, TokenLayout.LABEL, 11, Precision.BF16);
        NDManager owner = device.scope()) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      List<Parameter> parameters = net.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        weights.put(parameters.get(i).name(), device.array(owner, parameters.get(i).initial(1, i)));
      }
      double[] seconds =
          Timing.medians(
              repeats,
              () -> forward(device, net, weights, true),
              () -> forward(device, net, weights, false));
      return List.of(
          Figure.atMost(
              "time of the features over that of a full forward",
              seconds[0] / seconds[1],
              0.55,
              0.5,
              Map.of("features ms", seconds[0] * 1e3, "forward ms", seconds[1] * 1e3)));
    }
  }

  private static Object forward(
      ComputeDevice device, UViT net, Map<String, NDArray> weights, boolean early) {
    return device
        .shards()
        .map(
            BenchNetwork.BATCH,
            shard -> {
              try (NDManager scope = device.scope()) {
                NDArray x = scope.ones(new Shape(shard.count(), 3, 32, 32));
                NDArray t = scope.full(new Shape(shard.count()), 0.8f);
                NDArray label = net.label(scope, weights, scope.create(new long[shard.count()]));
                return early
                    ? net.features(scope, weights, x, t, label, net.featureTap()).getShape()
                    : net.forward(scope, weights, x, t, label, Set.of()).velocity().getShape();
              }
            });
  }
}
