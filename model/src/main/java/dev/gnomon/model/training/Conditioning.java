package dev.gnomon.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How conditions reach the network, by their source: which token layout it has, and which token
 * stands for a code, for no condition, and for a dropped one.
 */
public final class Conditioning {

  /** Condition of every step of stage 1. */
  static final String UNCONDITIONAL = "unconditional_embed";

  /** Condition of a dropped sample in stage 2. */
  static final String NULL = "null_cfg_embed";

  private final TrainingSettings settings;
  private final Source source;

  public Conditioning(TrainingSettings settings) {
    this.settings = settings;
    this.source = settings.condition().source();
  }

  /** The network for this source. */
  public Backbone backbone(ComputeDevice device) {
    return new UViT(
        device,
        settings.network(),
        layout(),
        labels(),
        settings.precision(),
        settings.recomputeBlocks());
  }

  /** The parameters of {@link #backbone}, known without a device. */
  List<Parameter> parameters() {
    return UViT.parameters(settings.network(), layout(), labels());
  }

  /** Tokens of an image, those before its patches included. */
  int tokens() {
    return layout().extras() + settings.network().patches();
  }

  /** Tokens of an image before its patches. */
  public int extras() {
    return layout().extras();
  }

  /** Whether the first token is the image's own, CLS. */
  public boolean hasClassToken() {
    return layout() == UViT.Layout.GUIDED;
  }

  private UViT.Layout layout() {
    return switch (source) {
      case NONE -> UViT.Layout.PLAIN;
      case LABELS, KMEANS -> UViT.Layout.LABEL;
      case BOOTSTRAP -> UViT.Layout.GUIDED;
    };
  }

  private int labels() {
    return switch (source) {
      case LABELS -> settings.condition().classes() + 1;
      case KMEANS -> settings.condition().prototypes() + 1;
      default -> 0;
    };
  }

  /** Whether a parameter takes part in a step: the embedding that a stage does not use rests. */
  boolean trains(String parameter, boolean guided) {
    return switch (parameter) {
      case UNCONDITIONAL -> !guided;
      case NULL -> guided;
      default -> true;
    };
  }

  /**
   * The condition tokens of a batch; null for a network without any.
   *
   * @param dropped samples that train under the null condition
   * @param images any array of the batch's size
   */
  public NDArray tokens(
      NDManager scope,
      Backbone backbone,
      Map<String, NDArray> weights,
      Conditions conditions,
      boolean[] dropped,
      NDArray images) {
    switch (source) {
      case NONE -> {
        return null;
      }
      case LABELS, KMEANS -> {
        if (conditions.codes().length != dropped.length) {
          throw new IllegalArgumentException(
              "step %d has %d images and %d codes"
                  .formatted(conditions.step(), dropped.length, conditions.codes().length));
        }
        long[] labels = new long[dropped.length];
        for (int i = 0; i < labels.length; i++) {
          labels[i] = dropped[i] ? labels() - 1 : conditions.codes()[i];
        }
        return backbone.label(scope, weights, scope.create(labels));
      }
      default -> {
        if (conditions.codes().length == 0) {
          return backbone.condition(scope, weights, UNCONDITIONAL, images);
        }
        float[] drop = new float[dropped.length];
        for (int i = 0; i < drop.length; i++) {
          drop[i] = dropped[i] ? 1 : 0;
        }
        int width = settings.network().width();
        NDArray rows = scope.create(rows(conditions, width)).reshape(-1, width);
        return backbone.condition(scope, weights, rows, scope.create(drop));
      }
    }
  }

  /**
   * The token of a network that is told nothing, whatever its source; null for a network without
   * any.
   *
   * @param images any array of the batch's size
   */
  public NDArray nothing(
      NDManager scope, Backbone backbone, Map<String, NDArray> weights, NDArray images) {
    return switch (layout()) {
      case PLAIN -> null;
      case LABEL -> {
        long[] none = new long[Math.toIntExact(images.getShape().get(0))];
        Arrays.fill(none, labels() - 1);
        yield backbone.label(scope, weights, scope.create(none));
      }
      case GUIDED -> unconditional(scope, backbone, weights, images);
    };
  }

  /** The token of a network that is told nothing, as the teacher's and stage 1's. */
  public NDArray unconditional(
      NDManager scope, Backbone backbone, Map<String, NDArray> weights, NDArray images) {
    return backbone.condition(scope, weights, UNCONDITIONAL, images);
  }

  /** The prototype row of each sample, [B, width]. */
  private static float[] rows(Conditions conditions, int width) {
    float[] rows = new float[conditions.codes().length * width];
    for (int i = 0; i < conditions.codes().length; i++) {
      int row = Arrays.binarySearch(conditions.rowCodes(), conditions.codes()[i]);
      if (row < 0) {
        throw new IllegalArgumentException(
            "the conditions of step %d name code %d without its prototype row"
                .formatted(conditions.step(), conditions.codes()[i]));
      }
      System.arraycopy(conditions.rows(), row * width, rows, i * width, width);
    }
    return rows;
  }
}
