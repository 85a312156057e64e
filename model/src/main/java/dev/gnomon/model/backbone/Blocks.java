package dev.gnomon.model.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Transformer blocks of one network, forward and, for training, back. They record nothing. */
final class Blocks implements AutoCloseable {

  private static final String SKIP_WEIGHT = ".skip_linear.weight";
  private static final String SKIP_BIAS = ".skip_linear.bias";
  private static final Set<String> PRODUCTS =
      Set.of(
          ".attn.qkv.weight",
          ".attn.proj.weight",
          ".mlp.fc1.weight",
          ".mlp.fc2.weight",
          SKIP_WEIGHT);

  private final Kernels kernels;
  private final boolean recompute;
  private final List<String> parameters;

  /** What was passed on the way forward, and what the way back needs of it. */
  sealed interface Passed {}

  /** A block; what is kept of it, nothing where it will be run again, is in memory of its own. */
  record Block(String name, NDManager memory, NDArray input, List<NDArray> kept)
      implements Passed {}

  /** The linear layer on [x, skipped] before a block, with that input. */
  record Skip(String name, NDArray both) implements Passed {}

  /**
   * @param qkvBias whether the queries', keys' and values' product has a bias
   * @param program of {@link BlockKernels}
   * @param recompute whether the way back runs each block again instead of keeping what it computed
   */
  Blocks(ComputeDevice device, boolean qkvBias, String program, boolean recompute) {
    this.recompute = recompute;
    this.kernels = Kernels.load(device, program);
    this.parameters = parameters(qkvBias);
  }

  /** A block's parameters, in the order in which its kernels take them and give their gradients. */
  private static List<String> parameters(boolean qkvBias) {
    List<String> names = new ArrayList<>();
    names.addAll(List.of(".norm1.weight", ".norm1.bias", ".attn.qkv.weight"));
    if (qkvBias) {
      names.add(".attn.qkv.bias");
    }
    names.addAll(List.of(".attn.proj.weight", ".attn.proj.bias", ".norm2.weight", ".norm2.bias"));
    names.addAll(List.of(".mlp.fc1.weight", ".mlp.fc1.bias", ".mlp.fc2.weight", ".mlp.fc2.bias"));
    return names;
  }

  /** The weights of products in the precision of products, and the others as they are. */
  Map<String, NDArray> converted(NDManager owner, Map<String, NDArray> weights) {
    Map<String, NDArray> all = new LinkedHashMap<>(weights);
    all.replaceAll(
        (name, weight) -> isOfProduct(name) ? kernels.one(owner, "convert", weight) : weight);
    return all;
  }

  /** Whether the parameter of that name is a matrix that activations are multiplied with. */
  static boolean isOfProduct(String name) {
    return PRODUCTS.stream().anyMatch(name::endsWith);
  }

  /** The block's output [B, L, D] of x, the same shape. */
  NDArray infer(NDManager scope, String name, Map<String, NDArray> weights, NDArray x) {
    return kernels.one(scope, "block", arguments(List.of(x), name, weights));
  }

  /** The same; what its backward pass needs is added to {@code passed}. */
  NDArray forward(
      NDManager scope, String name, Map<String, NDArray> weights, NDArray x, List<Passed> passed) {
    if (recompute) {
      passed.add(new Block(name, scope.newSubManager(), x, List.of()));
      return infer(scope, name, weights, x);
    }
    return keeping(scope, name, weights, x, passed);
  }

  private NDArray keeping(
      NDManager scope, String name, Map<String, NDArray> weights, NDArray x, List<Passed> passed) {
    NDManager memory = scope.newSubManager();
    NDList results = kernels.call(memory, "block_forward", arguments(List.of(x), name, weights));
    NDArray y = results.get(0);
    y.attach(scope);
    passed.add(new Block(name, memory, x, results.subList(1, results.size())));
    return y;
  }

  /**
   * Goes back through a block and frees what its forward pass kept, or first runs it again.
   *
   * @param dy gradient of its output; that of its input is returned
   * @param gradients takes those of its parameters
   */
  NDArray backward(
      NDManager scope,
      Block passed,
      Map<String, NDArray> weights,
      NDArray dy,
      Map<String, NDArray> gradients) {
    if (passed.kept().isEmpty()) {
      List<Passed> again = new ArrayList<>(1);
      keeping(scope, passed.name(), weights, passed.input(), again).close();
      passed.memory().close();
      return backward(scope, (Block) again.get(0), weights, dy, gradients);
    }
    List<NDArray> first = new ArrayList<>(List.of(dy, passed.input()));
    first.addAll(passed.kept());
    NDList results =
        kernels.call(scope, "block_backward", arguments(first, passed.name(), weights));
    for (int i = 0; i < parameters.size(); i++) {
      gradients.put(passed.name() + parameters.get(i), results.get(i + 1));
    }
    passed.memory().close();
    return results.get(0);
  }

  /** Linear(2D -> D) on [x, skipped], before a block of the second half. */
  NDArray inferSkip(
      NDManager scope, String name, Map<String, NDArray> weights, NDArray x, NDArray skipped) {
    List<Passed> passed = new ArrayList<>(1);
    NDArray y = skip(scope, name, weights, x, skipped, passed);
    ((Skip) passed.get(0)).both().close();
    return y;
  }

  /** The same; what its backward pass needs is added to {@code passed}. */
  NDArray skip(
      NDManager scope,
      String name,
      Map<String, NDArray> weights,
      NDArray x,
      NDArray skipped,
      List<Passed> passed) {
    NDList results =
        kernels.call(
            scope,
            "skip",
            x,
            skipped,
            Weights.of(weights, name + SKIP_WEIGHT),
            Weights.of(weights, name + SKIP_BIAS));
    passed.add(new Skip(name, results.get(1)));
    return results.get(0);
  }

  /** Gradients of x and of what was skipped, in this order. */
  List<NDArray> skipBackward(
      NDManager scope,
      Skip passed,
      Map<String, NDArray> weights,
      NDArray dy,
      Map<String, NDArray> gradients) {
    String name = passed.name();
    NDList results =
        kernels.call(
            scope, "skip_backward", dy, passed.both(), Weights.of(weights, name + SKIP_WEIGHT));
    gradients.put(name + SKIP_WEIGHT, results.get(2));
    gradients.put(name + SKIP_BIAS, results.get(3));
    passed.both().close();
    return results.subList(0, 2);
  }

  private Object[] arguments(List<NDArray> first, String name, Map<String, NDArray> weights) {
    List<NDArray> all = new ArrayList<>(first);
    parameters.forEach(parameter -> all.add(Weights.of(weights, name + parameter)));
    return all.toArray();
  }

  @Override
  public void close() {
    kernels.close();
  }
}
