package dev.gnomon.model.clustering;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.Parameter.Start;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import java.util.List;
import java.util.Map;

/**
 * The head that scores features against prototypes: Linear(D, D/2), BatchNorm, ReLU, Linear(D/2,
 * D), unit length, dot product with each prototype (METHOD 1.2; names of dongzhuoyao/sgfm).
 */
public final class ProjectionHead implements AutoCloseable {

  /** The running statistics, which are averaged like parameters but take no gradient. */
  public static final List<String> STATISTICS =
      List.of("projection_head.1.running_mean", "projection_head.1.running_var");

  /** The prototypes, one a row, [K, D]. */
  public static final String PROTOTYPES = "prototypes.weight";

  /**
   * The bias that BatchNorm takes out again: its gradient is zero. What a backward pass computes
   * for it is rounding, which AdamW would turn into steps as long as any other's.
   */
  public static final String BIAS_BEFORE_NORM = "projection_head.0.bias";

  private static final String FIRST_LAYER = "projection_head.0.weight";

  private static final String EMBEDDING =
      """
        def %s(self: __torch__.Ops, x: Tensor, w0: Tensor, b0: Tensor, bw: Tensor, bb: Tensor, rm: Tensor, rv: Tensor, w3: Tensor, b3: Tensor) -> Tensor:
          h = torch.batch_norm(torch.linear(x, w0, b0), bw, bb, rm, rv, %s, 0.1, 1e-05, False)
          z = torch.linear(torch.relu(h), w3, b3)
          n = torch.clamp_min(torch.norm(z, 2, [1], True), 1e-12)
          return torch.div(z, n)
      """;

  private static final String KERNELS =
      EMBEDDING.formatted("training_embedding", "True")
          + EMBEDDING.formatted("embedding", "False")
          + """
              def normalize(self: __torch__.Ops, p: Tensor) -> Tensor:
                return torch.div_(p, torch.clamp_min(torch.norm(p, 2, [1], True), 1e-12))
              def bare_scores(self: __torch__.Ops, x: Tensor, p: Tensor) -> Tensor:
                return torch.matmul(x, torch.t(p))
              def rows(self: __torch__.Ops, p: Tensor, i: Tensor) -> Tensor:
                return torch.index_select(p, 0, i)
              def loss(self: __torch__.Ops, s: Tensor, q: Tensor, mask: Tensor, temperature: Tensor, samples: Tensor, weight: Tensor) -> Tuple[Tensor, Tensor]:
                l = torch.neg(torch.sum(torch.mul(q, torch.log_softmax(torch.div(s, float(temperature)), -1)), [-1]))
                m = torch.div(torch.sum(torch.mul(l, mask)), float(samples))
                return (m, torch.mul(m, float(weight)))
            """;

  private final Kernels kernels;
  private final int width;
  private final int prototypes;

  public ProjectionHead(ComputeDevice device, int width, int prototypes) {
    this.kernels = Kernels.load(device, program());
    this.width = width;
    this.prototypes = prototypes;
  }

  /** The program of its native kernels. */
  public static String program() {
    return KERNELS;
  }

  /** Width of its features and embeddings. */
  public int width() {
    return width;
  }

  /** Trained parameters, in the order of the state dict. */
  public List<Parameter> parameters() {
    return parameters(width, prototypes);
  }

  /** The trained parameters of such a head, known without a device. */
  public static List<Parameter> parameters(int width, int prototypes) {
    long hidden = width / 2;
    return List.of(
        normal(FIRST_LAYER, hidden, width),
        constant(BIAS_BEFORE_NORM, 0, hidden),
        constant("projection_head.1.weight", 1, hidden),
        constant("projection_head.1.bias", 0, hidden),
        normal("projection_head.3.weight", width, hidden),
        constant("projection_head.3.bias", 0, width),
        normal(PROTOTYPES, prototypes, width));
  }

  /** Running statistics, in the order of the state dict. */
  public List<Parameter> statistics() {
    long hidden = width / 2;
    return List.of(constant(STATISTICS.get(0), 0, hidden), constant(STATISTICS.get(1), 1, hidden));
  }

  private static Parameter normal(String name, long... shape) {
    return new Parameter(name, shape, new Start.Normal(0.02), true);
  }

  private static Parameter constant(String name, float value, long... shape) {
    return new Parameter(name, shape, new Start.Constant(value), true);
  }

  /**
   * Embeddings of unit length [B, D] by batch statistics, which move the running ones. Features [B,
   * D].
   */
  public NDArray trainingEmbedding(
      NDManager scope, Map<String, NDArray> weights, NDArray features) {
    return embedding("training_embedding", scope, weights, features);
  }

  /** Scores [B, K] by running statistics. Features [B, D]. */
  public NDArray scores(NDManager scope, Map<String, NDArray> weights, NDArray features) {
    return scored(scope, embedding("embedding", scope, weights, features), weights.get(PROTOTYPES));
  }

  /** Scores [B, K]: the dot product of each embedding [B, D] with each prototype [K, D]. */
  public NDArray scored(NDManager scope, NDArray embeddings, NDArray prototypes) {
    return kernels.one(scope, "bare_scores", embeddings, prototypes);
  }

  /**
   * Scores [B, K] of features [B, D] by given weights: as {@link #scores} where they are a head and
   * prototypes, and by the dot product with each prototype where they are prototypes alone, as an
   * assigner of another kind may leave them.
   */
  public NDArray storedScores(NDManager scope, Map<String, NDArray> weights, NDArray features) {
    return weights.containsKey(FIRST_LAYER)
        ? scores(scope, weights, features)
        : scored(scope, features, weights.get(PROTOTYPES));
  }

  private NDArray embedding(
      String method, NDManager scope, Map<String, NDArray> weights, NDArray features) {
    return kernels.one(
        scope,
        method,
        features,
        weights.get(FIRST_LAYER),
        weights.get(BIAS_BEFORE_NORM),
        weights.get("projection_head.1.weight"),
        weights.get("projection_head.1.bias"),
        weights.get(STATISTICS.get(0)),
        weights.get(STATISTICS.get(1)),
        weights.get("projection_head.3.weight"),
        weights.get("projection_head.3.bias"));
  }

  /** Brings each prototype to unit length, in place. */
  public void normalize(NDManager scope, NDArray prototypes) {
    kernels.one(scope, "normalize", prototypes);
  }

  /** Rows [R, D] of {@code table} [K, D]. */
  public NDArray rows(NDManager scope, NDArray table, int[] indices) {
    long[] index = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      index[i] = indices[i];
    }
    return kernels.one(scope, "rows", table, scope.create(index));
  }

  /**
   * Cross entropy of codes q against softmax(scores / temperature), summed over the samples of mask
   * 1 and divided by {@code samples}.
   *
   * @return the loss, and the loss times {@code weight}
   */
  public Loss loss(
      NDManager scope,
      NDArray scores,
      NDArray q,
      NDArray mask,
      double temperature,
      double samples,
      double weight) {
    var pair = kernels.call(scope, "loss", scores, q, mask, temperature, samples, weight);
    return new Loss(pair.get(0), pair.get(1));
  }

  /** A loss as it is reported, and as it is trained on. */
  public record Loss(NDArray plain, NDArray weighted) {}

  @Override
  public void close() {
    kernels.close();
  }
}
