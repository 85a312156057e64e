package dev.gnomon.model.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * U-ViT (Bao et al., CVPR 2023): a transformer over time, condition and patch tokens, with long
 * skip connections from its first half to its second.
 *
 * <p>Parameters are named as in the reference's state dicts: baofff/U-ViT's for {@link
 * TokenLayout#PLAIN} and {@link TokenLayout#LABEL}, dongzhuoyao/sgfm's for what {@link
 * TokenLayout#GUIDED} and {@link TokenLayout#PATCHES} add. The output of each block can be tapped
 * as {@code in_blocks.0 ... mid_block ... out_blocks.n}.
 */
public final class UViT implements Backbone {

  static final String IN = "in_blocks.";
  static final String MIDDLE = "mid_block";
  static final String OUT = "out_blocks.";

  private final Network network;
  private final TokenLayout layout;
  private final int labels;
  private final Kernels kernels;
  private final Blocks blocks;

  /**
   * A U-ViT on a device.
   *
   * @param labels rows of the label embedding, the null label included; 0 without labels
   * @param precision wanted; fp32 on a device that does not multiply bf16
   */
  public UViT(
      ComputeDevice device, Network network, TokenLayout layout, int labels, Precision precision) {
    this(device, network, layout, labels, precision, false);
  }

  /**
   * The same.
   *
   * @param recompute whether the backward pass runs each block again instead of keeping what it
   *     computed (gradient checkpointing; Chen et al., 2016): the same bits in less memory
   */
  public UViT(
      ComputeDevice device,
      Network network,
      TokenLayout layout,
      int labels,
      Precision precision,
      boolean recompute) {
    this.network = network;
    this.layout = layout;
    this.labels = labels;
    this.kernels = Kernels.load(device, program(network));
    Precision used = device.multipliesBf16() ? precision : Precision.FP32;
    this.blocks =
        new Blocks(
            device,
            network.qkvBias(),
            blockProgram(network, layout, used, device.isCpu()),
            recompute);
  }

  /** The program of the native kernels around its blocks. */
  public static String program(Network network) {
    return new UViTKernels(network).program();
  }

  /** The program of the native kernels of its blocks, as a CPU or a GPU runs it. */
  public static String blockProgram(
      Network network, TokenLayout layout, Precision precision, boolean cpu) {
    int tokens = layout.extras() + network.patches();
    return new BlockKernels(network, precision, tokens, cpu).program();
  }

  @Override
  public List<Parameter> parameters() {
    return parameters(network, layout, labels);
  }

  /** The parameters of such a network in the order of the state dict, known without a device. */
  public static List<Parameter> parameters(Network network, TokenLayout layout, int labels) {
    return new UViTParameters(network, layout, labels).all();
  }

  @Override
  public List<String> taps() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < half(); i++) {
      names.add(IN + i);
    }
    names.add(MIDDLE);
    for (int i = 0; i < half(); i++) {
      names.add(OUT + i);
    }
    return names;
  }

  @Override
  public String featureTap() {
    return MIDDLE;
  }

  @Override
  public Map<String, NDArray> converted(NDManager owner, Map<String, NDArray> weights) {
    return blocks.converted(owner, weights);
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
    NDArray last = run.blocks(run.tokens(images, times, condition));
    return new Pass(run.output(last), run.kept);
  }

  @Override
  public TrainingPass train(
      GradientScope recording,
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      Set<String> taps) {
    Training run = new Training(recording, scope, weights, taps);
    run.forward(images, times, condition);
    return run;
  }

  @Override
  public Map<String, NDArray> features(
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      Set<String> taps) {
    List<String> known = taps();
    int deepest = taps.stream().mapToInt(known::indexOf).max().orElse(-1);
    if (deepest < 0 || !known.containsAll(taps)) {
      throw new IllegalArgumentException("not all of " + taps + " are taps; there are " + known);
    }
    Run run = new Run(scope, weights, taps, known.get(deepest));
    run.blocks(run.tokens(images, times, condition));
    return run.kept;
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
  private class Run {

    final NDManager scope;
    final Map<String, NDArray> weights;
    final Map<String, NDArray> kept = new LinkedHashMap<>();
    private final Set<String> taps;
    private final String last;

    Run(NDManager scope, Map<String, NDArray> weights, Set<String> taps, String last) {
      this.scope = scope;
      this.weights = weights;
      this.taps = taps;
      this.last = last;
    }

    NDArray weight(String name) {
      return Weights.of(weights, name);
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
            case GUIDED -> new NDList(classToken(images), time, condition, patches);
            case PATCHES -> new NDList(classToken(images), time, patches.add(condition));
          };
      return kernels.one(scope, "tokens", parts, weight("pos_embed"));
    }

    private NDArray classToken(NDArray images) {
      return kernels.one(scope, "extend", weight("cls_token"), images);
    }

    /** As far as the last tap that is needed: [B, L, D]. */
    NDArray blocks(NDArray tokens) {
      NDArray x = tokens;
      Deque<NDArray> skips = new ArrayDeque<>();
      for (String name : taps()) {
        if (name.startsWith(OUT)) {
          NDArray before = x;
          x = skip(name, before, skips.pop());
          if (kept.values().stream().noneMatch(tap -> tap == before)) {
            before.close();
          }
        }
        x = block(name, x);
        if (name.startsWith(IN)) {
          skips.push(x);
        }
        if (taps.contains(name)) {
          kept.put(name, x);
        }
        if (name.equals(last)) {
          return x;
        }
      }
      return x;
    }

    NDArray block(String name, NDArray x) {
      return blocks.infer(scope, name, weights, x);
    }

    NDArray skip(String name, NDArray x, NDArray skipped) {
      return blocks.inferSkip(scope, name, weights, x, skipped);
    }

    /** Velocities from the last block's output. */
    NDArray output(NDArray x) {
      List<Object> inputs = new ArrayList<>(List.of(x));
      inputs.add(weight("norm.weight"));
      inputs.add(weight("norm.bias"));
      inputs.add(weight("decoder_pred.weight"));
      inputs.add(weight("decoder_pred.bias"));
      if (network.convolution()) {
        inputs.add(weight("final_layer.weight"));
        inputs.add(weight("final_layer.bias"));
      }
      return kernels.one(scope, "output", inputs.toArray());
    }
  }

  /**
   * A pass that goes back too. What is around the blocks is recorded; the blocks have a backward
   * pass of their own.
   */
  private final class Training extends Run implements TrainingPass {

    private final GradientScope recording;
    private final List<Blocks.Passed> passed = new ArrayList<>();
    private NDArray first;
    private NDArray last;
    private NDArray velocity;

    Training(
        GradientScope recording, NDManager scope, Map<String, NDArray> weights, Set<String> taps) {
      super(scope, weights, taps, null);
      this.recording = recording;
    }

    void forward(NDArray images, NDArray times, NDArray condition) {
      first = tokens(images, times, condition);
      recording.pause();
      NDArray end = blocks(first);
      recording.resume();
      last = recording.leaf(end);
      velocity = output(last);
      recording.pause();
    }

    @Override
    NDArray block(String name, NDArray x) {
      return blocks.forward(scope, name, weights, x, passed);
    }

    @Override
    NDArray skip(String name, NDArray x, NDArray skipped) {
      return blocks.skip(scope, name, weights, x, skipped, passed);
    }

    @Override
    public NDArray velocity() {
      return velocity;
    }

    @Override
    public Map<String, NDArray> taps() {
      return kept;
    }

    @Override
    public Map<String, NDArray> gradients(NDArray velocityGradient) {
      Map<String, NDArray> ofBlocks = new HashMap<>();
      recording.backward(velocity, velocityGradient);
      recording.backward(first, back(recording.gradient(last), ofBlocks));
      Map<String, NDArray> all = new LinkedHashMap<>();
      weights.forEach(
          (name, leaf) -> {
            NDArray gradient = ofBlocks.get(name);
            all.put(name, gradient == null ? recording.gradient(leaf) : gradient);
          });
      return all;
    }

    /** Through all blocks: the gradient of the tokens from that of the last block's output. */
    private NDArray back(NDArray gradient, Map<String, NDArray> gradients) {
      NDArray dy = gradient;
      Deque<NDArray> skips = new ArrayDeque<>();
      for (int i = passed.size() - 1; i >= 0; i--) {
        if (passed.get(i) instanceof Blocks.Skip skip) {
          List<NDArray> both = blocks.skipBackward(scope, skip, weights, dy, gradients);
          dy.close();
          dy = both.get(0);
          skips.push(both.get(1));
        } else if (passed.get(i) instanceof Blocks.Block block) {
          if (block.name().startsWith(IN)) {
            try (NDArray skipped = skips.pop()) {
              dy.addi(skipped);
            }
          }
          NDArray dx = blocks.backward(scope, block, weights, dy, gradients);
          dy.close();
          dy = dx;
        }
      }
      return dy;
    }
  }

  @Override
  public void close() {
    blocks.close();
    kernels.close();
  }
}
