package dev.gnomon.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How conditions reach the network, by their source: which token layout it has, which token stands
 * for a code, for no condition, and for a dropped one, and whose features get codes.
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
    return layout() == TokenLayout.GUIDED || layout() == TokenLayout.PATCHES;
  }

  private TokenLayout layout() {
    return switch (source) {
      case NONE -> TokenLayout.PLAIN;
      case LABELS, KMEANS, EXTERNAL -> TokenLayout.LABEL;
      case BOOTSTRAP -> TokenLayout.GUIDED;
      case BOOTSTRAP_PATCH -> TokenLayout.PATCHES;
    };
  }

  private int labels() {
    return switch (source) {
      case LABELS -> settings.condition().classes() + 1;
      case KMEANS, EXTERNAL -> settings.condition().prototypes() + 1;
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
   * The condition tokens of a batch, [B, 1, width], or [B, patches, width] where each patch has a
   * code; null for a network without any.
   *
   * @param dropped samples that train under the null condition, as many as there are codes
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
      case LABELS, KMEANS, EXTERNAL -> {
        requireCodes(conditions, dropped.length);
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
        requireCodes(conditions, dropped.length);
        float[] drop = new float[dropped.length];
        for (int i = 0; i < drop.length; i++) {
          drop[i] = dropped[i] ? 1 : 0;
        }
        int width = settings.network().width();
        NDArray rows = scope.create(rows(conditions, width)).reshape(-1, width);
        NDArray tokens = backbone.condition(scope, weights, rows, scope.create(drop));
        int codes = settings.codesPerImage();
        return codes == 1 ? tokens : tokens.reshape(-1, codes, width);
      }
    }
  }

  private static void requireCodes(Conditions conditions, int count) {
    if (conditions.codes().length != count) {
      throw new IllegalArgumentException(
          "step %d takes %d codes and was given %d"
              .formatted(conditions.step(), count, conditions.codes().length));
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
      case GUIDED, PATCHES -> unconditional(scope, backbone, weights, images);
    };
  }

  /**
   * What gets codes of a tap's [B, tokens, width]: each image's CLS token, [B, width], or its
   * patches, [B * patches, width].
   */
  float[] features(NDArray tap) {
    String of = settings.condition().source().perPatch() ? ":, " + extras() + ":" : ":, 0";
    return tap.get(new NDIndex(of)).toFloatArray();
  }

  /** The token of a network that is told nothing, as the teacher's and stage 1's. */
  public NDArray unconditional(
      NDManager scope, Backbone backbone, Map<String, NDArray> weights, NDArray images) {
    return backbone.condition(scope, weights, UNCONDITIONAL, images);
  }

  /** The prototype row of each code, [codes, width]. */
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
