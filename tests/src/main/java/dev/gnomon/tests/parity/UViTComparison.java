package dev.gnomon.tests.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network against U-ViT's own code, in fp32 and in bf16: {@code param.*} and {@code
 * input.{x,t,y,target}} give {@code output}, {@code feature.block*}, {@code grad.*} of the mean
 * squared error against the target, {@code adamw.losses}, and some parameters {@code after.*} these
 * steps. Deviations are relative: norm of the difference over norm.
 */
final class UViTComparison implements Comparison {

  /** What is tolerated of outputs and losses, of gradients, and of parameters after the steps. */
  private record Tolerances(double output, double gradient, double after) {

    /** The bias of the keys has no true gradient, so AdamW walks it on rounding alone. */
    static Tolerances of(Precision precision, boolean qkvBias) {
      return precision == Precision.FP32
          ? new Tolerances(1e-5, 1e-4, qkvBias ? 1e-3 : 1e-5)
          : new Tolerances(2e-2, 2e-2, 2e-2);
    }
  }

  @Override
  public List<Row> rows(Path file) {
    Reference reference = Reference.read(file);
    List<Row> rows = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
        rows.addAll(rows(device, reference, precision));
      }
    }
    return rows;
  }

  private static List<Row> rows(ComputeDevice device, Reference reference, Precision precision) {
    Network network = reference.network();
    int labels = Math.max(0, reference.config("num_classes").asInt(-1));
    TokenLayout layout = labels > 0 ? TokenLayout.LABEL : TokenLayout.PLAIN;
    Tolerances tolerances = Tolerances.of(precision, network.qkvBias());
    try (UViT net = new UViT(device, network, layout, labels, precision);
        NDManager owner = device.scope()) {
      Map<String, NDArray> weights = weights(device, owner, net, reference);
      Inputs inputs = Inputs.of(device, owner, reference, labels > 0);
      Rows rows = new Rows(reference, precision, tolerances);
      rows.inference(net, device, weights, inputs);
      double[] losses = Reference.numbers(reference.tensor("adamw.losses"));
      Largest loss = new Largest();
      try (AdamW adamw = new AdamW(device, reference.optimizer(), net.parameters(), weights)) {
        for (int step = 0; step < losses.length; step++) {
          try (NDManager scope = device.scope();
              GradientScope recording = GradientScope.open(scope)) {
            Map<String, NDArray> leaves = new LinkedHashMap<>();
            weights.forEach((name, weight) -> leaves.put(name, recording.leaf(weight)));
            Set<String> taps = step == 0 ? new HashSet<>(net.taps()) : Set.of();
            Backbone.TrainingPass pass = inputs.train(net, recording, scope, leaves, taps);
            NDArray error = pass.velocity().sub(inputs.target());
            Map<String, NDArray> gradients = pass.gradients(error.mul(2f / error.size()));
            double ours = error.square().mean().getFloat();
            loss.add(Math.abs(ours / losses[step] - 1), "step " + step);
            if (step == 0) {
              rows.firstStep(net, pass, gradients);
            }
            adamw.step(scope, step, gradients);
          }
        }
      }
      rows.add(loss, losses.length + " AdamW losses", tolerances.output());
      rows.after(weights, losses.length);
      return rows.all;
    }
  }

  /** The reference's parameters, which must be ours by name, order and shape. */
  private static Map<String, NDArray> weights(
      ComputeDevice device, NDManager owner, UViT net, Reference reference) {
    WeightSet given = reference.tensors().under("param.");
    List<String> names = net.parameters().stream().map(Parameter::name).toList();
    if (!names.equals(List.copyOf(given.names()))) {
      throw new IncomparableException(
          "its parameters are " + given.names() + ", ours would be " + names);
    }
    Map<String, NDArray> weights = new LinkedHashMap<>();
    names.forEach(name -> weights.put(name, device.array(owner, given.get(name))));
    return weights;
  }

  /** What goes in; {@code y} only with labels. */
  private record Inputs(NDArray x, NDArray t, NDArray y, NDArray target) {

    static Inputs of(ComputeDevice device, NDManager owner, Reference reference, boolean labels) {
      return new Inputs(
          device.array(owner, reference.tensor("input.x")),
          device.array(owner, reference.tensor("input.t")),
          labels ? device.array(owner, reference.tensor("input.y")) : null,
          device.array(owner, reference.tensor("input.target")));
    }

    NDArray condition(UViT net, NDManager scope, Map<String, NDArray> weights) {
      return y == null ? null : net.label(scope, weights, y);
    }

    Backbone.TrainingPass train(
        UViT net,
        GradientScope recording,
        NDManager scope,
        Map<String, NDArray> leaves,
        Set<String> taps) {
      return net.train(recording, scope, leaves, x, t, condition(net, scope, leaves), taps);
    }
  }

  /** Collects the rows of one file in one precision. */
  private static final class Rows {

    private final Reference reference;
    private final Precision precision;
    private final Tolerances tolerances;
    private final List<Row> all = new ArrayList<>();

    Rows(Reference reference, Precision precision, Tolerances tolerances) {
      this.reference = reference;
      this.precision = precision;
      this.tolerances = tolerances;
    }

    void add(Largest largest, String quantity, double tolerance) {
      all.add(largest.row(reference.name(), precision + " " + quantity, tolerance));
    }

    private double deviation(NDArray ours, String name) {
      return Largest.relative(ComputeDevice.copy(ours), reference.tensor(name));
    }

    /** Without a way back: as the sampler runs it, and as the teacher, no further than its tap. */
    void inference(UViT net, ComputeDevice device, Map<String, NDArray> weights, Inputs inputs) {
      try (NDManager scope = device.scope()) {
        String tap = net.featureTap();
        NDArray condition = inputs.condition(net, scope, weights);
        Largest sampled = new Largest();
        Backbone.Pass pass =
            net.forward(scope, weights, inputs.x(), inputs.t(), condition, Set.of());
        sampled.add(deviation(pass.velocity(), "output"), "");
        add(sampled, "output without gradients", tolerances.output());
        Largest features = new Largest();
        features.add(
            deviation(
                net.features(scope, weights, inputs.x(), inputs.t(), condition, tap),
                "feature.block" + net.taps().indexOf(tap)),
            tap);
        add(features, "features with early exit", tolerances.output());
      }
    }

    void firstStep(UViT net, Backbone.TrainingPass pass, Map<String, NDArray> gradients) {
      Largest output = new Largest();
      output.add(deviation(pass.velocity(), "output"), "");
      add(output, "output", tolerances.output());
      Largest blocks = new Largest();
      for (int i = 0; i < net.taps().size(); i++) {
        String tap = net.taps().get(i);
        blocks.add(deviation(pass.taps().get(tap), "feature.block" + i), tap);
      }
      add(blocks, "outputs of " + net.taps().size() + " blocks", tolerances.output());
      Largest all = new Largest();
      gradients.forEach((name, gradient) -> all.add(deviation(gradient, "grad." + name), name));
      add(all, gradients.size() + " gradients", tolerances.gradient());
    }

    void after(Map<String, NDArray> weights, int steps) {
      Set<String> names = reference.tensors().under("after.").names();
      Largest after = new Largest();
      names.forEach(name -> after.add(deviation(weights.get(name), "after." + name), name));
      add(after, names.size() + " parameters after " + steps + " steps", tolerances.after());
    }
  }
}
