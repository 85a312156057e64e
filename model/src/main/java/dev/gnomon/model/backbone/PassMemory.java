package dev.gnomon.model.backbone;

import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.List;

/**
 * How much memory a pass of a U-ViT over some images takes at its fullest moment, in bytes: what is
 * alive, by the code of {@link UViT}, {@link Blocks} and {@link BlockKernels}, walked through
 * without a device. Numbers below count bytes for an element of the residual stream, [images,
 * tokens, width]; e is the size of what products work on, 2 bytes in bf16, else 4.
 *
 * @param tokens an image has, those before its patches included
 * @param precision that is really used on the device
 * @param recompute whether the way back runs blocks again
 */
public record PassMemory(
    Network network, int tokens, Precision precision, boolean recompute, boolean cpu) {

  private static final int SINGLE = Float.BYTES;

  /**
   * What is alive at the fullest moment of a pass forward and back.
   *
   * @param activations what the way forward keeps
   * @param temporaries of the operation at work
   * @param gradients of parameters that are there already
   */
  public record Moment(long activations, long temporaries, long gradients) {

    /** All of it. */
    public long total() {
      return activations + temporaries + gradients;
    }
  }

  private long e() {
    return precision == Precision.BF16 ? 2 : SINGLE;
  }

  /** Elements of the residual stream. */
  private long stream(int images) {
    return (long) images * tokens * network.width();
  }

  private boolean fused() {
    return BlockKernels.fused(tokens, network.width() / network.heads(), cpu);
  }

  /** Elements of an attention table, [images, heads, tokens, tokens]; none where it is fused. */
  private long table(int images) {
    return fused() ? 0 : (long) images * network.heads() * tokens * tokens;
  }

  /**
   * What a block keeps for its backward pass: h1, qkv, a, h2, m, g (1 + 3 + 1 + 1 + 4 + 4 widths)
   * in the precision of products, x1 in fp32; four statistics a token; the attention's table, or
   * the logarithms of its sums where it is fused (BlockKernels.KEPT).
   */
  long keptByBlock(int images) {
    long rows = (long) images * tokens;
    long sums = fused() ? rows * network.heads() * SINGLE : 0;
    return stream(images) * (14 * e() + SINGLE) + rows * 4 * SINGLE + table(images) * e() + sums;
  }

  /**
   * The most that a block's forward pass holds besides its input: at the attention qkv, scores and
   * their softmax; at the MLP x1, m and g; where heads are put in order, qkv twice.
   */
  long temporariesForward(int images) {
    long n = stream(images);
    long attention = 3 * e() * n + 2 * e() * table(images);
    return Math.max(attention, Math.max(6 * e() * n, (SINGLE + 8 * e()) * n));
  }

  /**
   * The most that a block's backward pass holds besides what was kept: at the MLP dy and two
   * gradients of its 4 widths; at the attention dy, dx1, do, dv and two tables; behind it dq, dk
   * and dv twice.
   */
  long temporariesBackward(int images) {
    long n = stream(images);
    long mlp = (SINGLE + 9 * e()) * n;
    long attention = (2 * SINGLE + 2 * e()) * n + 2 * e() * table(images);
    long projection = (2 * SINGLE + 6 * e()) * n;
    return Math.max(mlp, Math.max(attention, projection)) + weightGradient();
  }

  /** In bf16 the largest gradient of a weight is there a second time before it is fp32. */
  private long weightGradient() {
    return e() == SINGLE ? 0 : e() * 4 * network.width() * network.width();
  }

  /** x, skipped, noise, point, velocity, target, error and its square, and their gradients. */
  private long pixels(int images) {
    return 10L * SINGLE * images * network.channels() * network.imageSize() * network.imageSize();
  }

  /**
   * The fullest moment of a pass forward and back.
   *
   * @param parameters the network's
   * @param tapped whether the middle block's output is kept for somebody else
   */
  public Moment training(int images, List<Parameter> parameters, boolean tapped) {
    int half = network.depth() / 2;
    long n = stream(images);
    // Tokens and patches, outputs of the first half, outputs of skips, the last output and its
    // gradient stay until the pass is over; blocks' outputs that only a skip took in are freed.
    long outputs = 4 + 2L * half + (half > 0 && tapped ? 1 : 0);
    long alive = outputs * SINGLE * n + half * 2 * e() * n + pixels(images);
    if (!recompute) {
      alive += (network.depth() + 1) * keptByBlock(images);
    }
    long gradients = around(parameters);
    Moment fullest = new Moment(alive, 0, gradients);
    for (int i = network.depth(); i >= 0; i--) {
      long again = recompute ? keptByBlock(images) : 0;
      if (i < half) {
        alive -= SINGLE * n; // the gradient that came over the skip
      }
      fullest = fuller(fullest, alive + again, temporariesBackward(images), gradients);
      gradients += of(parameters, block(i));
      alive -= recompute ? 0 : keptByBlock(images);
      if (i > half) {
        fullest = fuller(fullest, alive, (3 * SINGLE + 2 * e()) * n, gradients);
        alive += (SINGLE - 2 * e()) * n; // what went over the skip has a gradient now
      }
    }
    return fuller(fullest, alive, 0, bytes(parameters));
  }

  private static Moment fuller(Moment fullest, long activations, long temporaries, long gradients) {
    Moment moment = new Moment(activations, temporaries, gradients);
    return moment.total() > fullest.total() ? moment : fullest;
  }

  /** The fullest moment of a pass forward to the middle block, as features are taken from there. */
  public long features(int images) {
    long outputs = 3 + network.depth() / 2; // tokens, patches, the first half, the middle
    return outputs * SINGLE * stream(images) + temporariesForward(images) + pixels(images);
  }

  /** The fullest moment of a pass forward. */
  public long forward(int images) {
    long outputs = 4 + network.depth(); // the same, outputs of skips, and the last
    return outputs * SINGLE * stream(images) + temporariesForward(images) + pixels(images);
  }

  private String block(int index) {
    int half = network.depth() / 2;
    return index < half
        ? UViT.IN + index
        : index == half ? UViT.MIDDLE : UViT.OUT + (index - half - 1);
  }

  private static long of(List<Parameter> parameters, String block) {
    return bytes(parameters.stream().filter(p -> p.name().startsWith(block + ".")).toList());
  }

  private static long around(List<Parameter> parameters) {
    return bytes(parameters.stream().filter(p -> !p.name().contains("_block")).toList());
  }

  /** Bytes of parameters in fp32. */
  public static long bytes(List<Parameter> parameters) {
    return parameters.stream().mapToLong(Parameter::elements).sum() * SINGLE;
  }

  /** Bytes of the copies that a network takes of them for products; none in fp32. */
  public long converted(List<Parameter> parameters) {
    return precision == Precision.FP32
        ? 0
        : parameters.stream()
            .filter(p -> Blocks.isOfProduct(p.name()))
            .mapToLong(p -> p.elements() * e())
            .sum();
  }
}
