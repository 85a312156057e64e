package dev.gnomon.model.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.engine.WeightSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The exponential moving average of a network's weights: average = d average + (1 - d) student,
 * over parameters and running statistics alike. It is the teacher's and the sampler's network.
 */
public final class MovingAverage implements AutoCloseable {

  private static final String KERNELS =
      """
        def average(self: __torch__.Ops, a: List[Tensor], s: List[Tensor], w: Tensor) -> Tensor:
          torch._foreach_lerp_(a, s, float(w))
          return w
        def copy(self: __torch__.Ops, a: List[Tensor], s: List[Tensor], w: Tensor) -> Tensor:
          torch._foreach_copy_(a, s)
          return w
      """;

  private final ComputeDevice device;
  private final NDManager owner;
  private final Kernels kernels;
  private final Map<String, NDArray> student;
  private final Map<String, NDArray> average = new LinkedHashMap<>();
  private final double weight;

  /** An average of {@code student}, whose arrays stay the caller's; it starts as a copy. */
  public MovingAverage(ComputeDevice device, double decay, Map<String, NDArray> student) {
    this.student = student;
    this.device = device;
    this.owner = device.scope();
    this.kernels = Kernels.load(device, program());
    student.forEach((name, array) -> average.put(name, owner.zeros(array.getShape())));
    this.weight = 1 - decay;
    try (NDManager scope = device.scope()) {
      reset(scope);
    }
  }

  /** The program of its native kernels. */
  public static String program() {
    return KERNELS;
  }

  /** The averaged arrays, by name. */
  public Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(average);
  }

  /** Makes the average equal to the student. */
  public void reset(NDManager scope) {
    kernels.call(scope, "copy", new NDList(average.values()), new NDList(student.values()), weight);
  }

  /** Moves the average one step towards the student. */
  public void step(NDManager scope) {
    kernels.call(
        scope, "average", new NDList(average.values()), new NDList(student.values()), weight);
  }

  /** Takes the average from {@code state}, whose names start with {@code prefix}. */
  public void restore(WeightSet state, String prefix) {
    average.forEach((name, array) -> device.set(array, state.get(prefix + name)));
  }

  @Override
  public void close() {
    kernels.close();
    owner.close();
  }
}
