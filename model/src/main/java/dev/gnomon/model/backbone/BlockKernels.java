package dev.gnomon.model.backbone;

import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;

/**
 * The program of a transformer block's native kernels, forward and backward: x + Attention(LN(x)),
 * then x + MLP(LN(x)); and of the linear layer on [x, skipped] before a block of the second half.
 *
 * <p>The backward pass is written out instead of recorded, so that it keeps only what it needs, in
 * the precision it needs it in. In bf16 every matrix product, the softmax and the GELU work on
 * bf16; the residual stream, layer norms and all gradients of weights stay fp32. In fp32 on an x86
 * CPU products go to oneDNN, which is twice as fast there as MKL.
 *
 * <p>Attention over few tokens is two products and a softmax, which is several times faster on a
 * CPU than the fused operator; over many tokens it is the fused one, which keeps no [L, L] table. A
 * GPU always takes the fused one, on queries, keys and values as they lie in the product's output.
 */
final class BlockKernels {

  /** Tokens from which a CPU uses the fused attention. */
  private static final int FUSED_FROM_TOKENS = 1024;

  /** What divides a head's size where a GPU uses it: its bf16 kernels load 16 bytes at a time. */
  private static final int FUSED_MULTIPLE = 8;

  /** A block's parameters, in the order in which its kernels take them and give their gradients. */
  private static final String PARAMETERS =
      "n1w: Tensor, n1b: Tensor, qkvw: Tensor, %spw: Tensor, pb: Tensor, n2w: Tensor, n2b: Tensor,"
          + " f1w: Tensor, f1b: Tensor, f2w: Tensor, f2b: Tensor";

  /** What the forward pass keeps for the backward pass, after the block's input. */
  private static final String KEPT = "m1, r1, h1, qkv, p, a, x1, m2, r2, h2, m, g";

  private static final String FUSED_ON_CPU =
      "    o, p = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v)\n";

  private static final String FUSED_BACKWARD_ON_CPU =
      "    dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward("
          + "do, q, k, v, o, p, 0., False)\n";

  private final int width;
  private final int heads;
  private final int size;
  private final boolean qkvBias;
  private final boolean bf16;
  private final boolean oneDnn;
  private final Attention attention;

  private enum Attention {
    PLAIN,
    FUSED_CPU,
    FUSED_GPU
  }

  BlockKernels(Network network, Precision precision, int tokens, boolean cpu) {
    this.width = network.width();
    this.heads = network.heads();
    this.size = width / heads;
    this.qkvBias = network.qkvBias();
    this.bf16 = precision == Precision.BF16;
    this.oneDnn = !bf16 && cpu && System.getProperty("os.arch").matches("amd64|x86_64");
    boolean fused = fused(tokens, size, cpu);
    this.attention = !fused ? Attention.PLAIN : cpu ? Attention.FUSED_CPU : Attention.FUSED_GPU;
  }

  /** Whether attention over that many tokens, in heads of that size, is the fused operator. */
  static boolean fused(int tokens, int size, boolean cpu) {
    return cpu ? tokens >= FUSED_FROM_TOKENS : size % FUSED_MULTIPLE == 0;
  }

  /** All methods. */
  String program() {
    return String.join(
        "\n", convert(), block(false), block(true), backward(), skip(), skipBackward());
  }

  /** How many arrays {@code block_forward} gives besides the block's output. */
  int kept() {
    return KEPT.split(",").length;
  }

  /** A weight in the precision of products; itself where it is so already. */
  private String convert() {
    return "  def convert(self: __torch__.Ops, w: Tensor) -> Tensor:\n    return "
        + cast("w")
        + "\n";
  }

  /** {@code block} gives the output, {@code block_forward} that and what backward needs. */
  private String block(boolean training) {
    String all = (training ? "Tensor, ".repeat(kept()) : "") + "Tensor";
    return "  def %s(self: __torch__.Ops, x: Tensor, %s) -> %s:\n"
            .formatted(
                training ? "block_forward" : "block",
                parameters(),
                training ? "Tuple[" + all + "]" : "Tensor")
        + "    B = torch.size(x, 0)\n"
        + "    L = torch.size(x, 1)\n"
        + norm("h1", "m1", "r1", "x", "n1")
        + set("qkv0", linear("h1", "qkvw", qkvBias ? "qkvb" : "None"))
        + set(
            "qkv",
            perHead(
                "torch.permute(torch.view(qkv0, [B, L, 3, %d, %d]), [2, 0, 3, 1, 4])"
                    .formatted(heads, size)))
        + "    q, k, v = torch.unbind(qkv, 0)\n"
        + attend()
        + set("a", "torch.reshape(torch.transpose(o, 1, 2), [B, L, %d])".formatted(width))
        + set("x1", "torch.add(x, " + linear("a", "pw", "pb") + ")")
        + norm("h2", "m2", "r2", "x1", "n2")
        + set("m", linear("h2", "f1w", "f1b"))
        + set("g", "torch.gelu(m)")
        + set("y", "torch.add(x1, " + linear("g", "f2w", "f2b") + ")")
        + "    return "
        + (training ? "(y, " + KEPT + ")" : "y")
        + "\n";
  }

  /** From q, k, v [B, H, L, d] to o, the same shape, and p, what backward needs of it. */
  private String attend() {
    return switch (attention) {
      case PLAIN ->
          stacks()
              + set("s", scaled("q3", "torch.transpose(k3, 1, 2)"))
              + set("p", "torch.softmax(s, -1)")
              + set("o", heads("torch.bmm(p, v3)"));
      case FUSED_CPU -> FUSED_ON_CPU;
      case FUSED_GPU ->
          where(
              "    o, p, seed, offset = torch._scaled_dot_product_efficient_attention("
                  + "q, k, v, None, True)\n",
              FUSED_ON_CPU);
    };
  }

  /** dq, dk, dv from the gradient do of o, all [B, H, L, d]. */
  private String attendBackward() {
    String heads4 =
        "    o = torch.transpose(torch.view(a, [B, L, %d, %d]), 1, 2)\n".formatted(heads, size);
    return switch (attention) {
      case PLAIN ->
          stacks()
              + set("do3", "torch.flatten(do, 0, 1)")
              + set("dv", heads("torch.bmm(torch.transpose(p, 1, 2), do3)"))
              + set("dp", "torch.bmm(do3, torch.transpose(v3, 1, 2))")
              + set("ds", "torch._softmax_backward_data(dp, p, -1, %d)".formatted(type()))
              + set("dq", heads(scaled("ds", "k3")))
              + set("dk", heads(scaled("torch.transpose(ds, 1, 2)", "q3")));
      case FUSED_CPU -> heads4 + FUSED_BACKWARD_ON_CPU;
      case FUSED_GPU ->
          heads4
              + where(
                  undefined("bias")
                      + "    unused = torch.empty([], dtype=4, device=ops.prim.device(q))\n"
                      + "    dq, dk, dv, db = torch._scaled_dot_product_efficient_attention_backward("
                      + "do, q, k, v, bias, o, p, unused, unused, 0., [True, True, True, False])\n",
                  FUSED_BACKWARD_ON_CPU);
    };
  }

  /** What a GPU does; and what its program does on a CPU, so that it can be checked there too. */
  private static String where(String gpu, String cpu) {
    return "    if ops.prim.is_cuda(q):\n" + gpu.indent(2) + "    else:\n" + cpu.indent(2);
  }

  /**
   * The undefined tensor, which says that there is no bias. TorchScript takes no {@code None} for a
   * tensor; a layer norm's backward pass that is asked for no gradient does nothing and gives it.
   */
  private String undefined(String name) {
    return ("    %s, no1, no2 = torch.native_layer_norm_backward("
            + "dy, x, [%d], m1, r1, n1w, n1b, [False, False, False])\n")
        .formatted(name, width);
  }

  /** The layout [.., H, L, d] in memory of its own; a GPU's attention reads it through strides. */
  private String perHead(String x) {
    return attention == Attention.FUSED_GPU ? x : "torch.contiguous(" + x + ")";
  }

  private String backward() {
    String gradients = "Tensor, ".repeat(qkvBias ? 12 : 11) + "Tensor";
    String kept = KEPT.replaceAll("(\\w+)", "$1: Tensor");
    return "  def block_backward(self: __torch__.Ops, dy: Tensor, x: Tensor, %s, %s) -> Tuple[%s]:\n"
            .formatted(kept, parameters(), gradients)
        + "    B = torch.size(x, 0)\n"
        + "    L = torch.size(x, 1)\n"
        + "    q, k, v = torch.unbind(qkv, 0)\n"
        + set("d2", rows(cast("dy"), 1))
        + set("df2b", "torch.sum(" + rows("dy", 1) + ", [0])")
        + set("df2w", weightGradient("d2", rows("g", 4), false))
        + set("dm", "torch.gelu_backward(" + inputGradient("d2", "f2w") + ", " + rows("m", 4) + ")")
        + set("df1b", single("torch.sum(dm, [0])"))
        + set("df1w", weightGradient("dm", rows("h2", 1), true))
        + normBackward("dl2", "2", "x1", inputGradient("dm", "f1w"))
        + set("dx1", "torch.add(dy, dl2)")
        + set("d1", rows(cast("dx1"), 1))
        + set("dpb", "torch.sum(" + rows("dx1", 1) + ", [0])")
        + set("dpw", weightGradient("d1", rows("a", 1), false))
        + set(
            "do",
            perHead(
                "torch.transpose(torch.view(%s, [B, L, %d, %d]), 1, 2)"
                    .formatted(inputGradient("d1", "pw"), heads, size)))
        + attendBackward()
        + set(
            "dqkv",
            "torch.reshape(torch.stack([torch.transpose(dq, 1, 2), torch.transpose(dk, 1, 2),"
                + " torch.transpose(dv, 1, 2)], 2), [-1, %d])".formatted(3 * width))
        + (qkvBias ? set("dqkvb", single("torch.sum(dqkv, [0])")) : "")
        + set("dqkvw", weightGradient("dqkv", rows("h1", 1), true))
        + normBackward("dl1", "1", "x", inputGradient("dqkv", "qkvw"))
        + set("dx", "torch.add(dx1, dl1)")
        + "    return (dx, dn1w, dn1b, dqkvw, %sdpw, dpb, dn2w, dn2b, df1w, df1b, df2w, df2b)\n"
            .formatted(qkvBias ? "dqkvb, " : "");
  }

  /** Linear(2D -> D) on [x, skipped]; its input is kept for the backward pass. */
  private String skip() {
    return "  def skip(self: __torch__.Ops, x: Tensor, skipped: Tensor, w: Tensor, b: Tensor)"
        + " -> Tuple[Tensor, Tensor]:\n"
        + set("both", "torch.cat([%s, %s], -1)".formatted(cast("x"), cast("skipped")))
        + "    return ("
        + single(linear("both", "w", "b"))
        + ", both)\n";
  }

  /** Gradients of x, of what was skipped, of the weight and the bias. */
  private String skipBackward() {
    return "  def skip_backward(self: __torch__.Ops, dy: Tensor, both: Tensor, w: Tensor)"
        + " -> Tuple[Tensor, Tensor, Tensor, Tensor]:\n"
        + set("d", rows(cast("dy"), 1))
        + set("dw", weightGradient("d", rows("both", 2), false))
        + set("db", "torch.sum(" + rows("dy", 1) + ", [0])")
        + set("dboth", "torch.view(%s, torch.size(both))".formatted(inputGradient("d", "w")))
        + "    dx, dskipped = torch.split(dboth, %d, -1)\n".formatted(width)
        + "    return (torch.contiguous(%s), torch.contiguous(%s), dw, db)\n"
            .formatted(single("dx"), single("dskipped"));
  }

  private String parameters() {
    return PARAMETERS.formatted(qkvBias ? "qkvb: Tensor, " : "");
  }

  private static String set(String name, String value) {
    return "    " + name + " = " + value + "\n";
  }

  /** Layer norm of x by the parameters of that prefix: its output, means and inverse deviations. */
  private String norm(String y, String mean, String rstd, String x, String prefix) {
    return "    %1$s0, %2$s, %3$s = torch.native_layer_norm(%4$s, [%5$d], %6$sw, %6$sb, 1e-05)\n"
            .formatted(y, mean, rstd, x, width, prefix)
        + set(y, cast(y + "0"));
  }

  private String normBackward(String dx, String number, String x, String gradient) {
    return ("    %1$s, dn%2$sw, dn%2$sb = torch.native_layer_norm_backward("
            + "torch.view(%3$s, [B, L, %4$d]), %5$s, [%4$d], m%2$s, r%2$s, n%2$sw, n%2$sb,"
            + " [True, True, True])\n")
        .formatted(dx, number, single(gradient), width, x);
  }

  /** [B, L, n D] as rows [B L, n D]. */
  private String rows(String x, int widths) {
    return "torch.view(%s, [-1, %d])".formatted(x, widths * width);
  }

  /** x w^T + b, x in the precision of products. */
  private String linear(String x, String w, String b) {
    String bias = b.equals("None") ? b : cast(b);
    return oneDnn ? oneDnn(x, w, b) : "torch.linear(%s, %s, %s)".formatted(x, cast(w), bias);
  }

  /** dX = dY W of a linear layer, rows. */
  private String inputGradient(String dy, String w) {
    return oneDnn
        ? oneDnn(dy, "torch.t(" + w + ")", "None")
        : "torch.mm(%s, %s)".formatted(dy, cast(w));
  }

  /**
   * dW = dY^T X of a linear layer, fp32. Where it widens, oneDNN is faster at X^T dY, whose first
   * operand, the one that is copied, is the smaller.
   */
  private String weightGradient(String dy, String x, boolean widens) {
    if (!oneDnn) {
      return single("torch.mm(torch.t(%s), %s)".formatted(dy, x));
    }
    String dyT = "torch.t(" + dy + ")";
    String xT = "torch.t(" + x + ")";
    return widens
        ? "torch.contiguous(torch.t(" + oneDnn(xT, dyT, "None") + "))"
        : oneDnn(dyT, xT, "None");
  }

  private static String oneDnn(String x, String w, String b) {
    return ("ops.mkldnn._linear_pointwise(%s, %s, %s, \"none\","
            + " annotate(List[Optional[number]], []), \"\")")
        .formatted(x, w, b);
  }

  /** Heads and images as one stack of matrices, [B H, L, d]. */
  private static String stacks() {
    return set("q3", "torch.flatten(q, 0, 1)")
        + set("k3", "torch.flatten(k, 0, 1)")
        + set("v3", "torch.flatten(v, 0, 1)");
  }

  private String heads(String stack) {
    return "torch.view(%s, [B, %d, L, %d])".formatted(stack, heads, size);
  }

  /** a b / sqrt(d) for stacks of matrices. */
  private String scaled(String a, String b) {
    return "torch.baddbmm(torch.empty([1], dtype=%d, device=ops.prim.device(x)), %s, %s, beta=0, alpha=%s)"
        .formatted(type(), a, b, Double.toString(1 / Math.sqrt(size)));
  }

  /** PyTorch's number of the type that products work on. */
  private int type() {
    return bf16 ? 15 : 6;
  }

  private String cast(String x) {
    return bf16 ? "torch.to(" + x + ", 15)" : x;
  }

  private String single(String x) {
    return bf16 ? "torch.to(" + x + ", 6)" : x;
  }
}
