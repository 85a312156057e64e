#!/usr/bin/env python3
"""U-ViT in plain PyTorch, as a check from outside: it loads weights that Gnomon wrote, by the names
of the reference's state dict, and computes what Gnomon computed.

  uvit.py check FILE   FILE holds param.*, input.{x,t,y}, output and, in its header, the network's
                       config. Prints the output's relative deviation; fails above 1e-5.
  uvit.py bench N M    Prints the seconds of M training steps (forward, backward, AdamW, moving
                       average; eager, fp32) of the network of `gnomon bench step` on N threads.

The network is arXiv 2209.12152's; ours has been compared with its authors' numbers (gnomon parity).
Needs Python 3.9 and PyTorch 1.13 or later (Debian: python3-torch).
"""
import copy
import json
import math
import struct
import sys
import time

import torch
from torch import nn

TYPES = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32, "I64": torch.int64}


def read_safetensors(path):
    """Tensors by name, and the header's metadata."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = TYPES[entry["dtype"]]
        size = torch.empty(0, dtype=dtype).element_size()
        flat = torch.frombuffer(data, dtype=dtype, count=(end - begin) // size, offset=8 + length + begin)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


class Attention(nn.Module):
    def __init__(self, width, heads, qkv_bias):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=qkv_bias)
        self.proj = nn.Linear(width, width)

    def forward(self, x):  # [B, L, D]
        b, l, d = x.shape
        q, k, v = self.qkv(x).reshape(b, l, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        a = (q @ k.transpose(-2, -1) / math.sqrt(d // self.heads)).softmax(-1)
        return self.proj((a @ v).transpose(1, 2).reshape(b, l, d))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(nn.functional.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads, qkv_bias, skip):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads, qkv_bias)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Mlp(width)
        self.skip_linear = nn.Linear(2 * width, width) if skip else None

    def forward(self, x, skipped=None):
        if self.skip_linear is not None:
            x = self.skip_linear(torch.cat([x, skipped], -1))
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, patch, channels, width):
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class UViT(nn.Module):
    """Velocities [B, C, H, W] of images x [B, C, H, W] at times t [B], with labels y [B] or without."""

    def __init__(self, img_size, patch_size, in_chans, embed_dim, depth, num_heads, num_classes=-1,
                 qkv_bias=False, mlp_time_embed=False, conv=True, mlp_ratio=4):
        super().__init__()
        assert mlp_ratio == 4
        self.patch, self.channels, self.width = patch_size, in_chans, embed_dim
        self.extras = 2 if num_classes > 0 else 1
        patches = (img_size // patch_size) ** 2
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, self.extras + patches, embed_dim))
        self.time_embed = nn.Sequential(
            nn.Linear(embed_dim, 4 * embed_dim), nn.SiLU(), nn.Linear(4 * embed_dim, embed_dim)
        ) if mlp_time_embed else nn.Identity()
        self.patch_embed = PatchEmbed(patch_size, in_chans, embed_dim)
        if num_classes > 0:
            self.label_emb = nn.Embedding(num_classes, embed_dim)
        self.in_blocks = nn.ModuleList(
            Block(embed_dim, num_heads, qkv_bias, False) for _ in range(depth // 2))
        self.mid_block = Block(embed_dim, num_heads, qkv_bias, False)
        self.out_blocks = nn.ModuleList(
            Block(embed_dim, num_heads, qkv_bias, True) for _ in range(depth // 2))
        self.norm = nn.LayerNorm(embed_dim)
        self.decoder_pred = nn.Linear(embed_dim, patch_size ** 2 * in_chans)
        self.final_layer = nn.Conv2d(in_chans, in_chans, 3, padding=1) if conv else nn.Identity()

    def forward(self, x, t, y=None):
        b, c, h, w = x.shape
        half = self.width // 2
        angles = t[:, None] * torch.exp(-math.log(10000) / half * torch.arange(half))[None]
        time = self.time_embed(torch.cat([angles.cos(), angles.sin()], 1))[:, None]
        tokens = [time, self.patch_embed(x)]
        if y is not None:
            tokens.insert(0, self.label_emb(y)[:, None])
        z = torch.cat(tokens, 1) + self.pos_embed
        skips = []
        for block in self.in_blocks:
            z = block(z)
            skips.append(z)
        z = self.mid_block(z)
        for block in self.out_blocks:
            z = block(z, skips.pop())
        z = self.decoder_pred(self.norm(z))[:, self.extras:]
        p = self.patch
        z = z.reshape(b, h // p, w // p, p, p, c).permute(0, 5, 1, 3, 2, 4).reshape(b, c, h, w)
        return self.final_layer(z)


def check(path):
    tensors, metadata = read_safetensors(path)
    net = UViT(**json.loads(metadata["config"]))
    weights = {n[len("param."):]: t for n, t in tensors.items() if n.startswith("param.")}
    net.load_state_dict(weights, strict=True)
    with torch.no_grad():
        output = net(tensors["input.x"], tensors["input.t"], tensors.get("input.y"))
    deviation = ((output - tensors["output"]).norm() / tensors["output"].norm()).item()
    print(f"{len(weights)} tensors loaded by name; output deviates by {deviation:.2e}")
    return 0 if deviation <= 1e-5 else 1


def bench(threads, repeats):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = UViT(32, 4, 3, 192, 12, 3, num_classes=11)
    average = copy.deepcopy(net).requires_grad_(False)
    adamw = torch.optim.AdamW(net.parameters(), 2e-4, betas=(0.99, 0.999), weight_decay=0.03)
    x, target = torch.randn(2, 64, 3, 32, 32)
    t, y = torch.rand(64), torch.arange(64) % 10
    for step in range(repeats + 1):
        began = time.perf_counter()
        loss = nn.functional.mse_loss(net(x, 1000 * t, y), target)
        adamw.zero_grad(set_to_none=True)
        loss.backward()
        adamw.step()
        with torch.no_grad():
            for mean, value in zip(average.parameters(), net.parameters()):
                mean.lerp_(value, 0.001)
        if step > 0:
            print("seconds", time.perf_counter() - began)
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "check":
        sys.exit(check(sys.argv[2]))
    if len(sys.argv) == 4 and sys.argv[1] == "bench":
        sys.exit(bench(int(sys.argv[2]), int(sys.argv[3])))
    sys.exit(__doc__)
