package dev.gnomon.model.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * U-ViT (Bao et al., CVPR 2023): a transformer over time, condition and patch tokens, with long
 * skip connections from its first half to its second.
 *
 * <p>Parameters are named as in the reference's state dicts: baofff/U-ViT's for {@link
 * Layout#PLAIN} and {@link Layout#LABEL}, dongzhuoyao/sgfm's for what {@link Layout#GUIDED} adds.
 * The output of each block can be tapped as {@code in_blocks.0 ... mid_block ... out_blocks.n}.
 */
public final class UViT implements Backbone {

  private static final String MIDDLE = "mid_block";

  /** Which tokens stand before the patches. */
  public enum Layout {
    /** [time] */
    PLAIN(1),
    /** [label, time] */
    LABEL(2),
    /** [CLS, time, condition] */
    GUIDED(3);

    private final int extras;

    Layout(int extras) {
      this.extras = extras;
    }

    /** Tokens before the patches. */
    public int extras() {
      return extras;
    }
  }

  private final Network network;
  private final Layout layout;
  private final int labels;
  private final Kernels kernels;

  /**
   * A U-ViT on a device.
   *
   * @param labels rows of the label embedding, the null label included; 0 without labels
   */
  public UViT(
      ComputeDevice device, Network network, Layout layout, int labels, Precision precision) {
    this.network = network;
    this.layout = layout;
    this.labels = labels;
    int tokens = layout.extras() + network.patches();
    this.kernels =
        Kernels.load(device, new UViTKernels(network, precision, tokens, device.isCpu()).program());
  }

  @Override
  public List<Parameter> parameters() {
    int width = network.width();
    int p = network.patch();
    long patchValues = (long) network.channels() * p * p;
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.normal("pos_embed", 0.02, 1, layout.extras() + network.patches(), width));
    if (layout == Layout.GUIDED) {
      all.add(Parameter.normal("cls_token", 1, 1, 1, width));
      all.add(Parameter.normal("null_cfg_embed", 1, 1, 1, width).withoutDecay());
      all.add(Parameter.normal("unconditional_embed", 1, 1, 1, width).withoutDecay());
    }
    if (network.mlpTimeEmbed()) {
      all.add(Parameter.normal("time_embed.0.weight", 0.02, 4L * width, width));
      all.add(Parameter.constant("time_embed.0.bias", 0, 4L * width));
      all.add(Parameter.normal("time_embed.2.weight", 0.02, width, 4L * width));
      all.add(Parameter.constant("time_embed.2.bias", 0, width));
    }
    all.add(
        Parameter.uniform("patch_embed.proj.weight", patchValues, width, network.channels(), p, p));
    all.add(Parameter.uniform("patch_embed.proj.bias", patchValues, width));
    if (layout == Layout.LABEL) {
      all.add(Parameter.normal("label_emb.weight", 1, labels, width));
    }
    for (int i = 0; i < half(); i++) {
      addBlock(all, "in_blocks." + i, false);
    }
    addBlock(all, MIDDLE, false);
    for (int i = 0; i < half(); i++) {
      addBlock(all, "out_blocks." + i, true);
    }
    all.add(Parameter.constant("norm.weight", 1, width));
    all.add(Parameter.constant("norm.bias", 0, width));
    all.add(Parameter.normal("decoder_pred.weight", 0.02, patchValues, width));
    all.add(Parameter.constant("decoder_pred.bias", 0, patchValues));
    if (network.convolution()) {
      long c = network.channels();
      all.add(Parameter.uniform("final_layer.weight", 9 * c, c, c, 3, 3));
      all.add(Parameter.uniform("final_layer.bias", 9 * c, c));
    }
    return all;
  }

  private void addBlock(List<Parameter> all, String block, boolean skip) {
    long width = network.width();
    all.add(Parameter.constant(block + ".norm1.weight", 1, width));
    all.add(Parameter.constant(block + ".norm1.bias", 0, width));
    all.add(Parameter.normal(block + ".attn.qkv.weight", 0.02, 3 * width, width));
    if (network.qkvBias()) {
      all.add(Parameter.constant(block + ".attn.qkv.bias", 0, 3 * width));
    }
    all.add(Parameter.normal(block + ".attn.proj.weight", 0.02, width, width));
    all.add(Parameter.constant(block + ".attn.proj.bias", 0, width));
    all.add(Parameter.constant(block + ".norm2.weight", 1, width));
    all.add(Parameter.constant(block + ".norm2.bias", 0, width));
    all.add(Parameter.normal(block + ".mlp.fc1.weight", 0.02, 4 * width, width));
    all.add(Parameter.constant(block + ".mlp.fc1.bias", 0, 4 * width));
    all.add(Parameter.normal(block + ".mlp.fc2.weight", 0.02, width, 4 * width));
    all.add(Parameter.constant(block + ".mlp.fc2.bias", 0, width));
    if (skip) {
      all.add(Parameter.normal(block + ".skip_linear.weight", 0.02, width, 2 * width));
      all.add(Parameter.constant(block + ".skip_linear.bias", 0, width));
    }
  }

  @Override
  public List<String> taps() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < half(); i++) {
      names.add("in_blocks." + i);
    }
    names.add(MIDDLE);
    for (int i = 0; i < half(); i++) {
      names.add("out_blocks." + i);
    }
    return names;
  }

  @Override
  public String featureTap() {
    return MIDDLE;
  }

  @Override
  public Pass forward(
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      Set<String> taps) {
    Run run = new Run(scope, weights, taps, null);
    NDArray x = run.blocks(run.tokens(images, times, condition));
    List<Object> inputs = new ArrayList<>(List.of(x));
    inputs.add(run.weight("norm.weight"));
    inputs.add(run.weight("norm.bias"));
    inputs.add(run.weight("decoder_pred.weight"));
    inputs.add(run.weight("decoder_pred.bias"));
    if (network.convolution()) {
      inputs.add(run.weight("final_layer.weight"));
      inputs.add(run.weight("final_layer.bias"));
    }
    return new Pass(kernels.one(scope, "output", inputs.toArray()), run.kept);
  }

  @Override
  public NDArray features(
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      String tap) {
    if (!taps().contains(tap)) {
      throw new IllegalArgumentException("no tap is named " + tap + "; there are " + taps());
    }
    Run run = new Run(scope, weights, Set.of(tap), tap);
    return run.blocks(run.tokens(images, times, condition));
  }

  @Override
  public NDArray condition(
      NDManager scope, Map<String, NDArray> weights, NDArray rows, NDArray drop) {
    return kernels.one(scope, "condition", rows, drop, weights.get("null_cfg_embed"));
  }

  @Override
  public NDArray condition(
      NDManager scope, Map<String, NDArray> weights, String parameter, NDArray images) {
    return kernels.one(scope, "extend", weights.get(parameter), images);
  }

  @Override
  public NDArray label(NDManager scope, Map<String, NDArray> weights, NDArray codes) {
    return kernels.one(scope, "label", weights.get("label_emb.weight"), codes);
  }

  private int half() {
    return network.depth() / 2;
  }

  /** One pass: the weights it uses and the taps it keeps. */
  private final class Run {

    private final NDManager scope;
    private final Map<String, NDArray> weights;
    private final Set<String> taps;
    private final String last;
    private final Map<String, NDArray> kept = new LinkedHashMap<>();

    Run(NDManager scope, Map<String, NDArray> weights, Set<String> taps, String last) {
      this.scope = scope;
      this.weights = weights;
      this.taps = taps;
      this.last = last;
    }

    NDArray weight(String name) {
      NDArray weight = weights.get(name);
      if (weight == null) {
        throw new IllegalArgumentException("the network's parameter " + name + " is missing");
      }
      return weight;
    }

    NDArray tokens(NDArray images, NDArray times, NDArray condition) {
      NDArray time = kernels.one(scope, "sinusoid", times);
      if (network.mlpTimeEmbed()) {
        time =
            kernels.one(
                scope,
                "time_embedding",
                time,
                weight("time_embed.0.weight"),
                weight("time_embed.0.bias"),
                weight("time_embed.2.weight"),
                weight("time_embed.2.bias"));
      }
      NDArray patches =
          kernels.one(
              scope,
              "patches",
              images,
              weight("patch_embed.proj.weight"),
              weight("patch_embed.proj.bias"));
      NDList parts =
          switch (layout) {
            case PLAIN -> new NDList(time, patches);
            case LABEL -> new NDList(condition, time, patches);
            case GUIDED ->
                new NDList(
                    kernels.one(scope, "extend", weight("cls_token"), images),
                    time,
                    condition,
                    patches);
          };
      return kernels.one(scope, "tokens", parts, weight("pos_embed"));
    }

    NDArray blocks(NDArray tokens) {
      NDArray x = tokens;
      Deque<NDArray> skips = new ArrayDeque<>();
      for (int i = 0; i < half(); i++) {
        x = block("in_blocks." + i, x);
        skips.push(x);
        if (ends("in_blocks." + i)) {
          return x;
        }
      }
      x = block(MIDDLE, x);
      if (ends(MIDDLE)) {
        return x;
      }
      for (int i = 0; i < half(); i++) {
        String name = "out_blocks." + i;
        x =
            kernels.one(
                scope,
                "skip",
                x,
                skips.pop(),
                weight(name + ".skip_linear.weight"),
                weight(name + ".skip_linear.bias"));
        x = block(name, x);
        if (ends(name)) {
          return x;
        }
      }
      return x;
    }

    private boolean ends(String name) {
      return name.equals(last);
    }

    private NDArray block(String name, NDArray x) {
      List<Object> inputs = new ArrayList<>(List.of(x));
      inputs.add(weight(name + ".norm1.weight"));
      inputs.add(weight(name + ".norm1.bias"));
      inputs.add(weight(name + ".attn.qkv.weight"));
      if (network.qkvBias()) {
        inputs.add(weight(name + ".attn.qkv.bias"));
      }
      inputs.add(weight(name + ".attn.proj.weight"));
      inputs.add(weight(name + ".attn.proj.bias"));
      inputs.add(weight(name + ".norm2.weight"));
      inputs.add(weight(name + ".norm2.bias"));
      inputs.add(weight(name + ".mlp.fc1.weight"));
      inputs.add(weight(name + ".mlp.fc1.bias"));
      inputs.add(weight(name + ".mlp.fc2.weight"));
      inputs.add(weight(name + ".mlp.fc2.bias"));
      NDArray y = kernels.one(scope, "block", inputs.toArray());
      if (taps.contains(name)) {
        kept.put(name, y);
      }
      return y;
    }
  }

  @Override
  public void close() {
    kernels.close();
  }
}
