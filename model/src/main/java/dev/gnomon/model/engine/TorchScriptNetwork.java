package dev.gnomon.model.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.gnomon.model.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network of somebody else's, as TorchScript writes it to a file: one array in, one out. */
public final class TorchScriptNetwork implements AutoCloseable {

  private static final String[] NOTHING = {};

  private final Path file;
  private final NDManager owner;
  private final PtSymbolBlock module;

  private TorchScriptNetwork(Path file, NDManager owner, PtSymbolBlock module) {
    this.file = file;
    this.owner = owner;
    this.module = module;
  }

  /**
   * Loads the network in {@code file}.
   *
   * @throws DataException where there is none
   */
  public static TorchScriptNetwork open(ComputeDevice device, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file.toAbsolutePath() + ": there is no such file");
    }
    NDManager owner = device.scope();
    try {
      PtSymbolBlock module =
          JniUtils.loadModule((PtNDManager) owner, file, true, NOTHING, NOTHING, false);
      return new TorchScriptNetwork(file, owner, module);
    } catch (EngineException e) {
      owner.close();
      throw new DataException(
          "%s: is not a network that TorchScript saved (torch.jit.save): %s"
              .formatted(file, firstLine(e)),
          e);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * What the network makes of {@code input}; nothing is recorded.
   *
   * @param scope owner of the result
   * @throws DataException where it fails on it, or gives something else than one array
   */
  public NDArray forward(NDManager scope, NDArray input) {
    NDList given;
    try {
      given = IValueUtils.forward(module, new NDList(input), false);
    } catch (EngineException e) {
      throw new DataException(
          "%s: the network fails on images of shape %s: %s"
              .formatted(file, input.getShape(), firstLine(e)),
          e);
    }
    given.attach(scope);
    if (given.size() != 1) {
      throw new DataException(
          "%s: the network gives %d arrays, expected one".formatted(file, given.size()));
    }
    return given.get(0);
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    module.close();
    owner.close();
  }
}
