package dev.gnomon.model.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Native kernels of one device: TorchScript methods, compiled once and called with arrays.
 *
 * <p>A method takes tensors and lists of tensors and returns a tensor or a tuple of them. Single
 * numbers stay in host memory, where a method reads them without waiting for a GPU. Whether a call
 * is recorded for a backward pass is the calling thread's gradient mode: on within a {@link
 * GradientScope}, off otherwise.
 */
public final class Kernels implements AutoCloseable {

  private final NDManager owner;
  private final NDManager host;
  private final PtSymbolBlock module;

  private Kernels(NDManager owner, PtSymbolBlock module) {
    this.owner = owner;
    this.host = owner.newSubManager(Device.cpu());
    this.module = module;
  }

  /**
   * Compiles methods.
   *
   * @param methods program text: {@code def name(self: __torch__.Ops, x: Tensor, ...) -> Tensor:}
   *     and its body, each method indented by two spaces, its body by four
   */
  public static Kernels load(ComputeDevice device, String... methods) {
    NDManager owner = device.scope();
    byte[] archive = archive(methods);
    try {
      PtSymbolBlock module =
          JniUtils.loadModule((PtNDManager) owner, new ByteArrayInputStream(archive), false, false);
      return new Kernels(owner, module);
    } catch (IOException e) {
      owner.close();
      throw new UncheckedIOException("the native kernels could not be loaded", e);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** The TorchScript archive of methods, which any PyTorch loads, too. */
  public static byte[] archive(String... methods) {
    return TorchScriptArchive.of(String.join("\n", methods));
  }

  /**
   * Calls a method.
   *
   * @param scope owner of the results
   * @param inputs an {@link NDArray} for a tensor, an {@link NDList} for a list of tensors, a
   *     {@link Float}, {@link Double} or {@link Long} for a tensor of that one number
   */
  public NDList call(NDManager scope, String method, Object... inputs) {
    NDList arguments = new NDList(inputs.length + 1);
    List<NDArray> numbers = new ArrayList<>();
    try {
      NDArray name = number(0f, numbers);
      name.setName("module_method:" + method);
      arguments.add(name);
      for (int i = 0; i < inputs.length; i++) {
        if (inputs[i] instanceof NDArray tensor) {
          tensor.setName(null);
          arguments.add(tensor);
        } else if (inputs[i] instanceof NDList list) {
          for (NDArray tensor : list) {
            tensor.setName("list" + i + "[]");
            arguments.add(tensor);
          }
        } else if (inputs[i] instanceof Number value) {
          arguments.add(number(value, numbers));
        } else {
          throw new IllegalArgumentException(
              "argument %d of kernel %s is neither an array nor a list nor a number"
                  .formatted(i, method));
        }
      }
      NDList results = IValueUtils.forward(module, arguments, true);
      results.attach(scope);
      return results;
    } finally {
      numbers.forEach(NDArray::close);
    }
  }

  private NDArray number(Number value, List<NDArray> numbers) {
    NDArray array;
    if (value instanceof Float single) {
      array = host.create(single);
    } else if (value instanceof Double real) {
      array = host.create(real);
    } else if (value instanceof Long whole) {
      array = host.create(whole);
    } else {
      throw new IllegalArgumentException("no tensor is made of a " + value.getClass().getName());
    }
    numbers.add(array);
    return array;
  }

  /** Calls a method that returns one tensor. */
  public NDArray one(NDManager scope, String method, Object... inputs) {
    return call(scope, method, inputs).singletonOrThrow();
  }

  @Override
  public void close() {
    module.close();
    owner.close();
  }
}
