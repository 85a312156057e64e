package dev.gnomon.model.backbone;

import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;

/**
 * The program of U-ViT's native kernels: one method for each part of the network, whole transformer
 * blocks among them, in fp32 or in bf16 with fp32 weights.
 *
 * <p>In bf16 each matrix product casts its operands and its result; the residual stream, layer
 * norms and all gradients of weights stay fp32. Attention over few tokens is two products and a
 * softmax, which is several times faster on a CPU than the fused operator; over many tokens, and on
 * a GPU, it is the fused one.
 */
final class UViTKernels {

  /** Tokens from which the fused attention is used on a CPU. */
  private static final int FUSED_FROM_TOKENS = 512;

  private final Network network;
  private final boolean bf16;
  private final boolean fusedAttention;

  UViTKernels(Network network, Precision precision, int tokens, boolean cpu) {
    this.network = network;
    this.bf16 = precision == Precision.BF16;
    this.fusedAttention = !cpu || tokens >= FUSED_FROM_TOKENS;
  }

  /** All methods. */
  String program() {
    return String.join(
        "\n", patches(), block(), skip(), output(), sinusoid(), timeEmbedding(), condition());
  }

  /** Images [B, C, H, W] to patch embeddings [B, N, D]: a convolution with stride = kernel. */
  private String patches() {
    int p = network.patch();
    int side = network.imageSize() / p;
    int values = network.channels() * p * p;
    return """
          def patches(self: __torch__.Ops, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
            B = torch.size(x, 0)
            x1 = torch.view(x, [B, %1$d, %2$d, %3$d, %2$d, %3$d])
            x2 = torch.reshape(torch.permute(x1, [0, 2, 4, 1, 3, 5]), [B, %4$d, %5$d])
            return torch.linear(x2, torch.view(w, [%6$d, %5$d]), b)
        """
        .formatted(network.channels(), side, p, side * side, values, network.width());
  }

  /** x + Attention(LN(x)), then x + MLP(LN(x)); x [B, L, D]. */
  private String block() {
    int width = network.width();
    int heads = network.heads();
    int size = width / heads;
    String bias = network.qkvBias() ? "qkvb: Tensor, " : "";
    String attention =
        fusedAttention
            ? "    a = torch.scaled_dot_product_attention(q, k, v)\n"
            : """
                  s = torch.matmul(torch.mul(q, %s), torch.transpose(k, -2, -1))
                  a = torch.matmul(torch.softmax(s, -1), v)
              """
                .formatted(Double.toString(1 / Math.sqrt(size)));
    return "  def block(self: __torch__.Ops, x: Tensor, n1w: Tensor, n1b: Tensor, qkvw: Tensor, "
        + bias
        + "pw: Tensor, pb: Tensor, n2w: Tensor, n2b: Tensor, f1w: Tensor, f1b: Tensor, "
        + "f2w: Tensor, f2b: Tensor) -> Tensor:\n"
        + "    B = torch.size(x, 0)\n"
        + "    L = torch.size(x, 1)\n"
        + "    h1 = torch.layer_norm(x, [%d], n1w, n1b, 1e-05)\n".formatted(width)
        + linear("qkv", "h1", "qkvw", network.qkvBias() ? "qkvb" : "None")
        + "    qkv1 = torch.view(qkv, [B, L, 3, %d, %d])\n".formatted(heads, size)
        + "    q, k, v = torch.unbind(torch.permute(qkv1, [2, 0, 3, 1, 4]), 0)\n"
        + attention
        + "    a1 = torch.reshape(torch.transpose(a, 1, 2), [B, L, %d])\n".formatted(width)
        + linear("o", "a1", "pw", "pb")
        + "    x1 = torch.add(x, "
        + single("o")
        + ")\n"
        + "    h2 = torch.layer_norm(x1, [%d], n2w, n2b, 1e-05)\n".formatted(width)
        + linear("m", "h2", "f1w", "f1b")
        + "    g = torch.gelu(m)\n"
        + linear("y", "g", "f2w", "f2b")
        + "    return torch.add(x1, "
        + single("y")
        + ")\n";
  }

  /** Linear(2D -> D) on [x, skipped]. */
  private String skip() {
    return "  def skip(self: __torch__.Ops, x: Tensor, skipped: Tensor, w: Tensor, b: Tensor)"
        + " -> Tensor:\n"
        + linear("y", "torch.cat([x, skipped], -1)", "w", "b")
        + "    return "
        + single("y")
        + "\n";
  }

  /** Tokens [B, L, D] to velocities [B, C, H, W]: LN, Linear, unpatchify, optional 3x3 conv. */
  private String output() {
    int p = network.patch();
    int side = network.imageSize() / p;
    int c = network.channels();
    String parameters = network.convolution() ? ", cw: Tensor, cb: Tensor" : "";
    String last =
        network.convolution()
            ? "    return torch.conv2d(y2, cw, cb, [1, 1], [1, 1], [1, 1], 1)\n"
            : "    return y2\n";
    return """
          def output(self: __torch__.Ops, x: Tensor, nw: Tensor, nb: Tensor, dw: Tensor, db: Tensor%1$s) -> Tensor:
            B = torch.size(x, 0)
            h = torch.layer_norm(x, [%2$d], nw, nb, 1e-05)
            h1 = torch.slice(h, 1, torch.sub(torch.size(x, 1), %3$d))
            y = torch.linear(h1, dw, db)
            y1 = torch.permute(torch.view(y, [B, %4$d, %4$d, %5$d, %5$d, %6$d]), [0, 5, 1, 3, 2, 4])
            y2 = torch.reshape(y1, [B, %6$d, %7$d, %7$d])
        """
            .formatted(parameters, network.width(), side * side, side, p, c, network.imageSize())
        + last;
  }

  /** Times [B] to sinusoids [B, 1, D]: cosines first, longest period 10000 (U-ViT, timm.py). */
  private String sinusoid() {
    int half = network.width() / 2;
    return """
          def sinusoid(self: __torch__.Ops, t: Tensor) -> Tensor:
            i = torch.arange(%1$d, dtype=6, device=ops.prim.device(t))
            f = torch.exp(torch.mul(i, %2$s))
            a = torch.mul(torch.unsqueeze(torch.mul(t, %3$s), 1), torch.unsqueeze(f, 0))
            return torch.unsqueeze(torch.cat([torch.cos(a), torch.sin(a)], 1), 1)
        """
        .formatted(
            half, Double.toString(-Math.log(10000) / half), Double.toString(network.timeScale()));
  }

  /** Linear(D -> 4D), SiLU, Linear(4D -> D) on the sinusoid. */
  private String timeEmbedding() {
    return """
          def time_embedding(self: __torch__.Ops, x: Tensor, w0: Tensor, b0: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
            return torch.linear(torch.silu(torch.linear(x, w0, b0)), w2, b2)
        """;
  }

  /** Rows [B, D], those where drop [B] is 1 replaced by the null embedding [1, 1, D]. */
  private String condition() {
    return """
          def condition(self: __torch__.Ops, rows: Tensor, drop: Tensor, null: Tensor) -> Tensor:
            d = torch.unsqueeze(torch.unsqueeze(torch.to(drop, 6), 1), 2)
            return torch.add(torch.mul(torch.unsqueeze(rows, 1), torch.rsub(d, 1)), torch.mul(null, d))
          def label(self: __torch__.Ops, table: Tensor, codes: Tensor) -> Tensor:
            return torch.unsqueeze(torch.index_select(table, 0, codes), 1)
          def extend(self: __torch__.Ops, token: Tensor, x: Tensor) -> Tensor:
            return torch.expand(token, [torch.size(x, 0), -1, -1])
          def tokens(self: __torch__.Ops, parts: List[Tensor], positions: Tensor) -> Tensor:
            return torch.add(torch.cat(parts, 1), positions)
        """;
  }

  private String linear(String result, String x, String w, String b) {
    if (!bf16) {
      return "    %s = torch.linear(%s, %s, %s)\n".formatted(result, x, w, b);
    }
    String bias = b.equals("None") ? b : "torch.to(" + b + ", 15)";
    return "    %s = torch.linear(torch.to(%s, 15), torch.to(%s, 15), %s)\n"
        .formatted(result, x, w, bias);
  }

  private String single(String x) {
    return bf16 ? "torch.to(" + x + ", 6)" : x;
  }
}
