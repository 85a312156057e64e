package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ImageSampler.Look;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TeacherState;
import dev.gnomon.model.training.TrainingSettings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What turns a checkpoint's features into codes, and codes into prototypes: the averages of trunk
 * and assigner.
 */
final class CodeBook implements AutoCloseable {

  private final ComputeDevice device;
  private final TrainingSettings settings;
  private final NDManager owner;
  private final ProjectionHead head;
  private final TeacherState teacher;
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private final double[] histogram;

  /** The codes of a checkpoint's two halves. */
  CodeBook(ComputeDevice device, TrainingSettings settings, WeightSet trunk, WeightSet assigner) {
    this.device = device;
    this.settings = settings;
    int prototypes = settings.condition().prototypes();
    this.histogram = rowSums(assigner.get("histogram").doubles(), prototypes);
    this.owner = device.scope();
    this.head = new ProjectionHead(device, settings.network().width(), prototypes);
    this.teacher = new TeacherState(device, settings);
    try {
      teacher.load(0, trunk.under("ema."));
      assigner
          .under("ema.")
          .tensors()
          .forEach((name, tensor) -> weights.put(name, device.array(owner, tensor)));
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  private static double[] rowSums(double[] table, int rows) {
    int columns = table.length / rows;
    double[] sums = new double[rows];
    for (int i = 0; i < table.length; i++) {
      sums[i / columns] += table[i];
    }
    return sums;
  }

  /** How often each code was given in recent batches, [prototypes]. */
  double[] histogram() {
    return histogram;
  }

  /** The prototype rows of codes, as the network takes them. */
  Conditions conditions(NDManager scope, int[] codes) {
    int[] used = Arrays.stream(codes).sorted().distinct().toArray();
    NDArray rows = head.rows(scope, weights.get(ProjectionHead.PROTOTYPES), used);
    return new Conditions(0, 0, codes, used, rows.toFloatArray());
  }

  /** What the teacher sees in images; the noise is that of the batch's number. */
  Look look(ImageBatch images) {
    float[] noise =
        Noise.normals(settings.seed(), Purpose.CODE, images.step(), images.pixels().length);
    float[] features = teacher.features(images, noise);
    try (NDManager scope = device.scope()) {
      NDArray x = scope.create(features).reshape(-1, settings.network().width());
      NDArray scores = head.storedScores(scope, weights, x);
      int[] best =
          Arrays.stream(scores.argMax(1).toLongArray()).mapToInt(Math::toIntExact).toArray();
      return new Look(best, scores.max(new int[] {1}).toFloatArray(), features);
    }
  }

  @Override
  public void close() {
    owner.close();
    teacher.close();
    head.close();
  }
}
