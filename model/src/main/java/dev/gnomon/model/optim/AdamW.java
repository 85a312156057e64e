package dev.gnomon.model.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter, 2019), equal to {@code torch.optim.AdamW}: one fused native kernel
 * updates parameters and moments in place. Each parameter counts its own steps, so that one that a
 * stage does not use rests, as in torch where its gradient is None.
 *
 * <p>With a clip, the gradients' global norm is brought down to it first (Pascanu et al., 2013), as
 * {@code torch.nn.utils.clip_grad_norm_} does.
 */
public final class AdamW implements AutoCloseable {

  private static final String KERNELS =
      """
        def adamw(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], n: List[Tensor], lr: Tensor, b1: Tensor, b2: Tensor, e: Tensor, d: Tensor) -> Tensor:
          torch._foreach_add_(n, 1)
          torch._fused_adamw_(p, g, m, v, [], n, lr=float(lr), beta1=float(b1), beta2=float(b2), weight_decay=float(d), eps=float(e), amsgrad=False, maximize=False)
          return lr
        def clip(self: __torch__.Ops, g: List[Tensor], largest: Tensor) -> Tensor:
          norm = torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
          scale = torch.clamp_max(torch.div(largest, torch.add(norm, 1e-06)), 1.)
          torch._foreach_mul_(g, scale)
          return norm
        def norm(self: __torch__.Ops, g: List[Tensor]) -> Tensor:
          return torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
      """;

  private final Optimizer settings;
  private final List<Parameter> parameters;
  private final Map<String, NDArray> weights;
  private final ComputeDevice device;
  private final NDManager owner;
  private final Kernels kernels;
  private final Map<String, NDArray> moment1 = new LinkedHashMap<>();
  private final Map<String, NDArray> moment2 = new LinkedHashMap<>();
  private final Map<String, NDArray> counters = new LinkedHashMap<>();

  /** Fresh moments for {@code weights}, which stay the caller's and are updated in place. */
  public AdamW(
      ComputeDevice device,
      Optimizer settings,
      List<Parameter> parameters,
      Map<String, NDArray> weights) {
    this.settings = settings;
    this.parameters = parameters;
    this.weights = weights;
    this.device = device;
    this.owner = device.scope();
    this.kernels = Kernels.load(device, program());
    for (Parameter parameter : parameters) {
      Shape shape = new Shape(parameter.shape());
      moment1.put(parameter.name(), owner.zeros(shape));
      moment2.put(parameter.name(), owner.zeros(shape));
      counters.put(parameter.name(), owner.zeros(new Shape()));
    }
  }

  /** The program of its native kernels. */
  public static String program() {
    return KERNELS;
  }

  /** Learning rate of step {@code k}, from 0: linear warm-up, then constant. */
  public static double learningRate(Optimizer settings, long k) {
    return settings.learningRate()
        * (settings.warmup() == 0 ? 1 : Math.min(1, (k + 1.0) / settings.warmup()));
  }

  /**
   * One update, unless the gradients' global norm is not finite: then parameters and moments stay
   * as they are. A moment takes up the square of a gradient, and where it was not finite once it
   * stays so for ever.
   *
   * @param k the training step, which sets the learning rate
   * @param gradients of the parameters to update, by name; the others rest
   * @return their global norm, before any clip
   */
  public double step(NDManager scope, long k, Map<String, NDArray> gradients) {
    NDList all = new NDList(gradients.values());
    NDArray global =
        settings.clip() > 0
            ? kernels.one(scope, "clip", all, (float) settings.clip())
            : kernels.one(scope, "norm", all);
    double norm = global.getFloat();
    if (Double.isFinite(norm)) {
      update(scope, k, gradients);
    }
    return norm;
  }

  /** The norm of all that the arrays hold, which is finite only where each number is. */
  public double norm(NDManager scope, Collection<NDArray> arrays) {
    return kernels.one(scope, "norm", new NDList(arrays)).getFloat();
  }

  private void update(NDManager scope, long k, Map<String, NDArray> gradients) {
    float rate = (float) learningRate(settings, k);
    update(scope, gradients, rate, true);
    update(scope, gradients, rate, false);
  }

  private void update(NDManager scope, Map<String, NDArray> gradients, float rate, boolean decays) {
    NDList p = new NDList();
    NDList g = new NDList();
    NDList m = new NDList();
    NDList v = new NDList();
    NDList n = new NDList();
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      NDArray gradient = gradients.get(name);
      if (gradient != null && parameter.decays() == decays) {
        p.add(weights.get(name));
        g.add(gradient);
        m.add(moment1.get(name));
        v.add(moment2.get(name));
        n.add(counters.get(name));
      }
    }
    if (!p.isEmpty()) {
      double decay = decays ? settings.weightDecay() : 0;
      kernels.call(
          scope,
          "adamw",
          p,
          g,
          m,
          v,
          n,
          rate,
          settings.beta1(),
          settings.beta2(),
          settings.epsilon(),
          decay);
    }
  }

  /** Moments and counters by name, under moment1., moment2. and counter. */
  public Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    moment1.forEach((name, array) -> arrays.put("moment1." + name, array));
    moment2.forEach((name, array) -> arrays.put("moment2." + name, array));
    counters.forEach((name, array) -> arrays.put("counter." + name, array));
    return arrays;
  }

  /** Takes moments and counters from {@code state}. */
  public void restore(WeightSet state) {
    moment1.forEach((name, array) -> device.set(array, state.get("moment1." + name)));
    moment2.forEach((name, array) -> device.set(array, state.get("moment2." + name)));
    counters.forEach((name, array) -> device.set(array, state.get("counter." + name)));
  }

  @Override
  public void close() {
    kernels.close();
    owner.close();
  }
}
