#!/usr/bin/env python3
"""Makes FILE, a foreign network for the mode `external` of the experiments: the trunk of MobileNetV2.

  launch/networks/mobilenet-v2.py FILE
  launch/gnomon reproduce ... --set experiment.network.file=FILE

The npm package nsfwjs 4.4.0 (MIT) has a MobileNetV2 in it that was trained on ImageNet's labels, then
fine-tuned for a task of its own with everything up to block 10 frozen (`trainable: false` in its
model.min.js). That part, ImageNet's alone, is what is written: colour images [B, 3, H, W] in [-1, 1]
(--mean 0.5,0.5,0.5 --std 0.5,0.5,0.5) to maps [B, 96, H/16, W/16]. Its weights are kept in 8 bits there.

Sources: Sandler et al., MobileNetV2, arXiv 1801.04381, table 2, for the blocks; Keras's mobilenet_v2 for
padding and the constants of its batch normalisation.

Needs npm, node, and PyTorch 1.13 or later.
"""
import argparse
import base64
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ModuleNotFoundError:
    sys.exit(f"{sys.executable} has no PyTorch; Debian's is python3-torch: /usr/bin/python3 {sys.argv[0]}")

PACKAGE = "nsfwjs@4.4.0"
MODEL = "package/dist/models/mobilenet_v2"
BATCH_NORM = dict(eps=1e-3)
# Expansion, channels and stride of each block, up to block 10.
BLOCKS = [(1, 16, 1), (6, 24, 2), (6, 24, 1), (6, 32, 2), (6, 32, 1), (6, 32, 1),
          (6, 64, 2), (6, 64, 1), (6, 64, 1), (6, 64, 1), (6, 96, 1)]  # fmt: skip


class Convolution(nn.Module):
    """A convolution, its batch normalisation, and ReLU6 where wanted; padded as Keras does."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int, relu: bool):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs, **BATCH_NORM)
        self.relu = relu
        after = kernel // 2
        before = after if stride == 1 else 0
        self.padding = [before, after, before, after]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.normalisation(self.convolution(functional.pad(x, self.padding)))
        return functional.relu6(x) if self.relu else x


class Block(nn.Module):
    """An inverted residual with a linear bottleneck."""

    def __init__(self, inputs: int, expansion: int, outputs: int, stride: int):
        super().__init__()
        inner = inputs * expansion
        layers = [Convolution(inputs, inner, 1, 1, 1, True)] if expansion > 1 else []
        layers.append(Convolution(inner, inner, 3, stride, inner, True))
        layers.append(Convolution(inner, outputs, 1, 1, 1, False))
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.layers(x)
        return x + y if self.residual else y


def weights(folder: pathlib.Path) -> dict:
    """The package's weights by their Keras names, as floats; frozen ones alone."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("nsfwjs-*.tgz"))
    subprocess.run(["tar", "xzf", archive.name], cwd=folder, check=True)
    read = f"console.log(JSON.stringify(require(\"./{MODEL}/model.min.js\")))"
    model = json.loads(subprocess.run(["node", "-e", read], cwd=folder, check=True, capture_output=True).stdout)
    frozen = {layer["name"] for layer in model["modelTopology"]["model_config"]["config"]["layers"]
              if layer["config"].get("trainable") is False}  # fmt: skip
    shard = (folder / MODEL / "group1-shard1of1.min.js").read_text()
    content = base64.b64decode(re.search(r'exports="([A-Za-z0-9+/=]+)"', shard).group(1))
    found, at = {}, 0
    for entry in model["weightsManifest"][0]["weights"]:
        count = torch.Size(entry["shape"]).numel()
        quantized = torch.tensor(list(content[at : at + count]), dtype=torch.float64)
        at += count
        scale = entry["quantization"]
        if entry["name"].split("/")[0] in frozen:
            found[entry["name"]] = (quantized * scale["scale"] + scale["min"]).reshape(entry["shape"]).float()
    return found


def trunk(found: dict) -> nn.Module:
    layers, inputs = [Convolution(3, 32, 3, 2, 1, True)], 32
    for expansion, outputs, stride in BLOCKS:
        layers.append(Block(inputs, expansion, outputs, stride))
        inputs = outputs
    network = nn.Sequential(*layers).eval()
    fill(layers[0], found, "Conv1/kernel", "bn_Conv1")
    for i, block in enumerate(layers[1:]):
        prefix = f"block_{i}" if i else "expanded_conv"
        names = ["expand", "depthwise", "project"][-len(block.layers) :]
        for name, convolution in zip(names, block.layers):
            kernel = "depthwise_kernel" if name == "depthwise" else "kernel"
            fill(convolution, found, f"{prefix}_{name}/{kernel}", f"{prefix}_{name}_BN")
    if found:
        sys.exit(f"{PACKAGE}: weights that are not known here: {sorted(found)}")
    return network


def fill(convolution: Convolution, found: dict, kernel: str, normalisation: str) -> None:
    """Moves weights from Keras's layouts: kernels [H, W, inputs, outputs], depthwise [H, W, channels, 1]."""
    weight = found.pop(kernel)
    weight = weight.permute(2, 3, 0, 1) if "depthwise" in kernel else weight.permute(3, 2, 0, 1)
    convolution.convolution.weight.data.copy_(weight)
    to = convolution.normalisation
    for name, tensor in [("gamma", to.weight), ("beta", to.bias),
                         ("moving_mean", to.running_mean), ("moving_variance", to.running_var)]:  # fmt: skip
        tensor.data.copy_(found.pop(f"{normalisation}/{name}"))


def save(network: torch.jit.ScriptModule, file: pathlib.Path) -> None:
    """Without the records that know of this script's own path, so that one PyTorch makes the same file anywhere."""
    content = io.BytesIO()
    torch.jit.save(network, content)
    with zipfile.ZipFile(content) as whole, zipfile.ZipFile(file, "w") as kept:
        for entry in whole.infolist():
            if not entry.filename.endswith((".debug_pkl", "/.data/serialization_id")):
                kept.writestr(zipfile.ZipInfo(entry.filename), whole.read(entry))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    file = parser.parse_args().file
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        network = trunk(weights(pathlib.Path(folder)))
        image = torch.linspace(-1, 1, 3 * 64 * 64).reshape(1, 3, 64, 64)
        traced = torch.jit.freeze(torch.jit.trace(network, image))
        maps = traced(image)
    save(traced, file)
    print(f"{file}: maps {list(maps.shape)} of an image {list(image.shape)}, mean {maps.mean():.4f}")
    print(f"sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
