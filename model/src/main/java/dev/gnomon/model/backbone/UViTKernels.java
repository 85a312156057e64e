package dev.gnomon.model.backbone;

import dev.gnomon.model.training.TrainingSettings.Network;

/**
 * The program of U-ViT's native kernels around its blocks: patches, tokens, times and conditions
 * before them, velocities after them. All of it is fp32. {@link BlockKernels} has the blocks.
 */
final class UViTKernels {

  private final Network network;

  UViTKernels(Network network) {
    this.network = network;
  }

  /** All methods. */
  String program() {
    return String.join("\n", patches(), output(), sinusoid(), timeEmbedding(), condition());
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
}
