package dev.gnomon.model.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.Parameter.Start;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Someone else's eye: a small convolutional classifier, trained on real images and their labels,
 * that looks at what a diffusion model drew.
 */
public final class SmallClassifier implements AutoCloseable {

  private static final long SEED = 7;

  private static final String KERNELS =
      """
        def logits(self: __torch__.Ops, x: Tensor, w0: Tensor, b0: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
          h = torch.relu(torch.conv2d(x, w0, b0, [1, 1], [1, 1], [1, 1], 1))
          h1 = torch.max_pool2d(h, [2, 2], [2, 2], [0, 0], [1, 1], False)
          h2 = torch.relu(torch.conv2d(h1, w1, b1, [1, 1], [1, 1], [1, 1], 1))
          h3 = torch.max_pool2d(h2, [2, 2], [2, 2], [0, 0], [1, 1], False)
          return torch.linear(torch.flatten(h3, 1, -1), w2, b2)
        def loss(self: __torch__.Ops, logits: Tensor, labels: Tensor) -> Tensor:
          return torch.nll_loss(torch.log_softmax(logits, 1), labels, None, 1, -100)
      """;

  /** What divides the height and width of its images: it halves them twice. */
  public static final int SIZES = 4;

  private final ComputeDevice device;
  private final Kernels kernels;
  private final NDManager owner;
  private final List<Parameter> parameters;
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private final int channels;
  private final int size;
  private final int classes;

  /** The program of its native kernels. */
  public static String program() {
    return KERNELS;
  }

  /**
   * An untrained one.
   *
   * @param size height and width of images, a multiple of {@link #SIZES}
   */
  public SmallClassifier(ComputeDevice device, int channels, int size, int classes) {
    if (size % SIZES != 0) {
      throw new IllegalArgumentException(
          "images of size %d: the classifier halves it twice".formatted(size));
    }
    this.device = device;
    this.channels = channels;
    this.size = size;
    this.classes = classes;
    this.kernels = Kernels.load(device, program());
    this.owner = device.scope();
    int flat = 64 * (size / 4) * (size / 4);
    this.parameters =
        List.of(
            parameter("w0", 9L * channels, 32, channels, 3, 3),
            parameter("b0", 9L * channels, 32),
            parameter("w1", 9L * 32, 64, 32, 3, 3),
            parameter("b1", 9L * 32, 64),
            parameter("w2", flat, classes, flat),
            parameter("b2", flat, classes));
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      weights.put(p.name(), device.array(owner, p.initial(SEED, i)));
    }
  }

  private static Parameter parameter(String name, long fanIn, long... shape) {
    return new Parameter(name, shape, new Start.Uniform(1 / Math.sqrt(fanIn)), true);
  }

  /** Trains on the images below {@code trained}, in batches of 64 drawn at random. */
  public void train(ImageSet images, int trained, int steps) {
    Random random = new Random(SEED);
    Optimizer settings = new Optimizer(2e-3, 0.9, 0.999, 1e-8, 0.01, 20, 0);
    try (AdamW adamw = new AdamW(device, settings, parameters, weights)) {
      for (int step = 0; step < steps; step++) {
        int[] chosen = random.ints(64, 0, trained).toArray();
        long[] labels = Arrays.stream(chosen).mapToLong(images::label).toArray();
        try (NDManager scope = device.scope();
            GradientScope recording = GradientScope.open(scope)) {
          Map<String, NDArray> leaves = new LinkedHashMap<>();
          weights.forEach((name, weight) -> leaves.put(name, recording.leaf(weight)));
          NDArray logits = logits(scope, leaves, pixels(images, chosen));
          NDArray loss = kernels.one(scope, "loss", logits, scope.create(labels));
          recording.backward(loss);
          Map<String, NDArray> gradients = new LinkedHashMap<>();
          leaves.forEach((name, leaf) -> gradients.put(name, recording.gradient(leaf)));
          adamw.step(scope, step, gradients);
        }
      }
    }
  }

  private static byte[] pixels(ImageSet images, int[] chosen) {
    int values = images.channels() * images.size() * images.size();
    byte[] pixels = new byte[chosen.length * values];
    for (int i = 0; i < chosen.length; i++) {
      images.read(chosen[i], pixels, i * values);
    }
    return pixels;
  }

  private NDArray logits(NDManager scope, Map<String, NDArray> by, byte[] pixels) {
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xff) / 127.5f - 1;
    }
    int count = pixels.length / (channels * size * size);
    NDArray x = scope.create(values, new Shape(count, channels, size, size));
    return kernels.one(
        scope,
        "logits",
        x,
        by.get("w0"),
        by.get("b0"),
        by.get("w1"),
        by.get("b1"),
        by.get("w2"),
        by.get("b2"));
  }

  /** How likely each image is of each class, [images][classes]. */
  public double[][] probabilities(byte[] pixels) {
    try (NDManager scope = device.scope()) {
      float[] flat = logits(scope, weights, pixels).softmax(1).toFloatArray();
      double[][] rows = new double[flat.length / classes][classes];
      for (int i = 0; i < flat.length; i++) {
        rows[i / classes][i % classes] = flat[i];
      }
      return rows;
    }
  }

  /** Share of the images from {@code from} on that it names rightly. */
  public double accuracy(ImageSet images, int from) {
    int right = 0;
    for (int start = from; start < images.count(); start += 500) {
      int[] chosen = IntStream.range(start, Math.min(start + 500, images.count())).toArray();
      double[][] rows = probabilities(pixels(images, chosen));
      for (int i = 0; i < chosen.length; i++) {
        right += best(rows[i]) == images.label(chosen[i]) ? 1 : 0;
      }
    }
    return right / (double) (images.count() - from);
  }

  /** The likeliest class of one image. */
  public static int best(double[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  @Override
  public void close() {
    owner.close();
    kernels.close();
  }
}
