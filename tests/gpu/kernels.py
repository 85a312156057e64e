#!/usr/bin/env python3
"""Gnomon's native kernels in PyTorch: are they right on this GPU, and how fast is a training step?

  launch/gnomon bench --kernels DIR     writes the archives, where there is a JDK
  tests/gpu/kernels.py DIR              checks and times them, where there is a GPU

Every kernel runs in float64 on the CPU and, in each precision that a GPU takes, on the device; those
that are for a CPU alone run on the CPU. Its largest deviation, over the largest magnitude, may be 1e-4 in fp32 and 2e-2 in bf16; a
line a kernel says ok or OFF. Kernels that autograd records are checked with their gradients.

Then a training step of U-ViT-L/2 in bf16 with fp32 weights, in the order of TrunkState, UViT and
Blocks: forward, backward, AdamW, moving average. Its rate counts three times the forward's matrix
products, attention and skips included, and is given as a share of the rate of one bf16 product of
8192 x 8192 x 8192 in the same run; it must be 0.35 and should be 0.50.

  --device cpu --small    all of it with a small network and product, to see that this script works

Exit codes: 0 every kernel is right, 1 one is off, fails or is not known here, 2 it cannot run.
Needs PyTorch 2.4 or later, and no other library.
"""
import argparse
import json
import math
import pathlib
import re
import statistics
import sys
import time
import warnings

import torch

LEAST_PYTORCH = (2, 4)  # the first whose fused AdamW runs on a CPU
TOLERANCE = {"fp64": 1e-4, "fp32": 1e-4, "bf16": 2e-2}
MUST, AIM = 0.35, 0.50
EXTRAS = 2  # tokens before the patches: label, time
BATCH = 4  # of the checks
LABELS = 1001
TYPES = {"fp64": torch.float64, "fp32": torch.float32, "bf16": torch.float32}  # of a kernel's inputs

# ---------------------------------------------------------------------- inputs and what is compared


class Inputs:
    """Normal deviates, the same in every precision and on every device; single numbers stay on the host."""

    def __init__(self, device, dtype):
        self.device, self.dtype = device, dtype
        self.generator = torch.Generator().manual_seed(1)

    def __call__(self, *shape, scale=1.0, offset=0.0):
        values = torch.randn(shape, generator=self.generator) * scale + offset
        return values.to(self.device, self.dtype)

    def uniform(self, *shape):
        return torch.rand(shape, generator=self.generator).to(self.device, self.dtype)

    def indices(self, most, count):
        return torch.randint(most, (count,), generator=self.generator).to(self.device)

    @staticmethod
    def number(value):
        return torch.tensor(value, dtype=torch.int64 if isinstance(value, int) else torch.float64)


def with_gradients(kernel, *inputs):
    """A recorded kernel's result, and the gradients of its inputs for a gradient of the result."""
    leaves = [i.detach().requires_grad_(i.dim() > 0 and i.is_floating_point()) for i in inputs]
    with torch.enable_grad():
        y = kernel(*leaves)
    values = torch.arange(y.numel(), device=y.device, dtype=y.dtype)
    learned = [leaf for leaf in leaves if leaf.requires_grad]
    gradients = torch.autograd.grad(y, learned, torch.cos(values).reshape(y.shape))
    return {"result": y.detach(), **{f"gradient {i}": g for i, g in enumerate(gradients)}}


def deviation(results, expected):
    """Largest |a - b| / max |a| over the tensors, and the name of the tensor that has it."""
    if results.keys() != expected.keys():
        raise ValueError(f"gave {list(results)}, not {list(expected)}")
    worst, where = 0.0, ""
    for name, exact in expected.items():
        exact = exact.double()
        result = results[name].to("cpu", torch.float64)
        if result.shape != exact.shape:
            raise ValueError(f"{name} has shape {list(result.shape)}, not {list(exact.shape)}")
        gap = ((result - exact).abs().max() / exact.abs().max()).item()
        if not gap <= worst:  # a NaN is worse than everything
            worst, where = gap, name
    return worst, where


# --------------------------------------------------------------- one case a kernel: program, kernel

CASES = {}


def case(program, kernel):
    def known(run):
        CASES[program, kernel] = run
        return run

    return known


def block_shapes(net):
    """A block's parameters in the order of its kernels; those of products are converted before."""
    width = net["width"]
    qkv_bias = {"qkvb": (3 * width,)} if net["qkvBias"] else {}
    return {
        "n1w": (width,), "n1b": (width,), "qkvw": (3 * width, width), **qkv_bias,
        "pw": (width, width), "pb": (width,), "n2w": (width,), "n2b": (width,),
        "f1w": (4 * width, width), "f1b": (4 * width,), "f2w": (width, 4 * width), "f2b": (width,),
    }  # fmt: skip


def block_parameters(k, make, net):
    parameters = []
    for name, shape in block_shapes(net).items():
        norm = name in ("n1w", "n2w")
        value = make(*shape, scale=0.1 if norm else shape[-1] ** -0.5, offset=1.0 if norm else 0.0)
        parameters.append(k.convert(value) if len(shape) == 2 else value)
    return parameters


def tokens_of(make, net):
    patches = (net["imageSize"] // net["patch"]) ** 2
    return make(BATCH, EXTRAS + patches, net["width"])


def images_of(make, net):
    return make(BATCH, net["channels"], net["imageSize"], net["imageSize"])


@case("Blocks", "convert")
def convert(k, make, net):
    return {"w": k.convert(make(net["width"], net["width"]))}


@case("Blocks", "block")
def block(k, make, net):
    return {"y": k.block(tokens_of(make, net), *block_parameters(k, make, net))}


KEPT = ("m1", "r1", "h1", "qkv", "p", "a", "x1", "m2", "r2", "h2", "m", "g")


@case("Blocks", "block_forward")
def block_forward(k, make, net):
    results = k.block_forward(tokens_of(make, net), *block_parameters(k, make, net))
    named = dict(zip(("y",) + KEPT, results, strict=True))
    del named["p"]  # what attention keeps differs between its variants
    return named


@case("Blocks", "block_backward")
def block_backward(k, make, net):
    x, parameters = tokens_of(make, net), block_parameters(k, make, net)
    dy = tokens_of(make, net)
    kept = k.block_forward(x, *parameters)[1:]
    results = k.block_backward(dy, x, *kept, *parameters)
    return dict(zip(("x", *block_shapes(net)), results, strict=True))


def skip_inputs(k, make, net):
    width = net["width"]
    x, skipped = tokens_of(make, net), tokens_of(make, net)
    return x, skipped, k.convert(make(width, 2 * width, scale=(2 * width) ** -0.5)), make(width)


@case("Blocks", "skip")
def skip(k, make, net):
    y, both = k.skip(*skip_inputs(k, make, net))
    return {"y": y, "both": both}


@case("Blocks", "skip_backward")
def skip_backward(k, make, net):
    x, skipped, w, b = skip_inputs(k, make, net)
    both = k.skip(x, skipped, w, b)[1]
    dx, dskipped, dw, db = k.skip_backward(tokens_of(make, net), both, w)
    return {"dx": dx, "dskipped": dskipped, "dw": dw, "db": db}


@case("UViT", "patches")
def patches(k, make, net):
    p, c, width = net["patch"], net["channels"], net["width"]
    weights = make(width, c, p, p, scale=0.3), make(width)
    return with_gradients(k.patches, images_of(make, net), *weights)


@case("UViT", "output")
def output(k, make, net):
    p, c, width = net["patch"], net["channels"], net["width"]
    weights = [make(width), make(width), make(p * p * c, width, scale=width**-0.5), make(p * p * c)]
    if net["convolution"]:
        weights += [make(c, c, 3, 3, scale=0.2), make(c)]
    return with_gradients(k.output, tokens_of(make, net), *weights)


@case("UViT", "sinusoid")
def sinusoid(k, make, net):
    # Angles of at most 1: a larger one's sine shows the rounding of the angle, not of the kernel.
    return {"result": k.sinusoid(make.uniform(BATCH) / net["timeScale"])}


@case("UViT", "time_embedding")
def time_embedding(k, make, net):
    width = net["width"]
    weights = [make(4 * width, width, scale=width**-0.5), make(4 * width)]
    weights += [make(width, 4 * width, scale=(4 * width) ** -0.5), make(width)]
    return with_gradients(k.time_embedding, make(BATCH, 1, width), *weights)


@case("UViT", "condition")
def condition(k, make, net):
    width = net["width"]
    drop = (make.uniform(BATCH) < 0.5).to(make.dtype)
    drop[0], drop[1] = 0, 1
    kept = lambda rows, null: k.condition(rows, drop, null)
    return with_gradients(kept, make(BATCH, width), make(1, 1, width))


@case("UViT", "label")
def label(k, make, net):
    return with_gradients(k.label, make(LABELS, net["width"]), make.indices(LABELS, BATCH))


@case("UViT", "extend")
def extend(k, make, net):
    images = images_of(make, net)
    return with_gradients(lambda token: k.extend(token, images), make(1, 1, net["width"]))


@case("UViT", "tokens")
def tokens(k, make, net):
    x = tokens_of(make, net)
    cut = lambda x, positions: k.tokens([x[:, :1], x[:, 1:2], x[:, 2:]], positions)
    return with_gradients(cut, x, make(1, *x.shape[1:]))


def weight_shapes():
    return [(1000, 300), (1024,), (3, 3, 7)]


@case("AdamW", "adamw")
def adamw(k, make, net):
    p, g, m = ([make(*shape) for shape in weight_shapes()] for _ in range(3))
    v = [make.uniform(*shape) for shape in weight_shapes()]
    n = [torch.tensor(float(steps), device=make.device) for steps in (0, 7, 1000)]
    k.adamw(p, g, m, v, n, *[make.number(value) for value in (0.01, 0.9, 0.999, 1e-8, 0.03)])
    lists = {"p": p, "m": m, "v": v, "n": n}
    return {f"{name}{i}": tensor for name, all in lists.items() for i, tensor in enumerate(all)}


@case("AdamW", "clip")
def clip(k, make, net):
    g = [make(*shape) for shape in weight_shapes()]
    norm = k.clip(g, torch.tensor(1.0))
    return {"norm": norm, **{f"g{i}": tensor for i, tensor in enumerate(g)}}


@case("AdamW", "norm")
def norm(k, make, net):
    return {"norm": k.norm([make(*shape) for shape in weight_shapes()])}


@case("MovingAverage", "average")
def average(k, make, net):
    a, s = ([make(*shape) for shape in weight_shapes()] for _ in range(2))
    k.average(a, s, make.number(0.001))
    return {f"a{i}": tensor for i, tensor in enumerate(a)}


@case("MovingAverage", "copy")
def copy(k, make, net):
    a, s = ([make(*shape) for shape in weight_shapes()] for _ in range(2))
    k.copy(a, s, make.number(0.001))
    return {f"a{i}": tensor for i, tensor in enumerate(a)}


FEATURES, PROTOTYPES, SAMPLES = 1024, 5000, 512  # the paper's head on U-ViT-L, its batch


def head(make):
    hidden = FEATURES // 2
    return [
        make(hidden, FEATURES, scale=FEATURES**-0.5), make(hidden), make(hidden), make(hidden),
        make(hidden), make.uniform(hidden) + 0.5,
        make(FEATURES, hidden, scale=hidden**-0.5), make(FEATURES),
    ]  # fmt: skip


@case("ProjectionHead", "training_embedding")
def training_embedding(k, make, net):
    x, (w0, b0, bw, bb, rm, rv, w3, b3) = make(SAMPLES, FEATURES), head(make)
    # b0's gradient is 0 but for rounding: BatchNorm takes it out again.
    embedding = lambda x, w0, bw, bb, w3, b3: k.training_embedding(x, w0, b0, bw, bb, rm, rv, w3, b3)
    results = with_gradients(embedding, x, w0, bw, bb, w3, b3)
    return {**results, "running mean": rm, "running variance": rv}


@case("ProjectionHead", "embedding")
def embedding(k, make, net):
    return {"embedding": k.embedding(make(SAMPLES, FEATURES), *head(make))}


@case("ProjectionHead", "normalize")
def normalize(k, make, net):
    return {"p": k.normalize(make(PROTOTYPES, FEATURES))}


@case("ProjectionHead", "bare_scores")
def bare_scores(k, make, net):
    prototypes = make(PROTOTYPES, FEATURES, scale=FEATURES**-0.5)
    return with_gradients(k.bare_scores, make(SAMPLES, FEATURES), prototypes)


@case("ProjectionHead", "rows")
def rows(k, make, net):
    return {"rows": k.rows(make(PROTOTYPES, FEATURES), make.indices(PROTOTYPES, SAMPLES))}


@case("ProjectionHead", "loss")
def loss(k, make, net):
    q = torch.softmax(make(SAMPLES, PROTOTYPES), 1)
    mask = (make.uniform(SAMPLES) < 0.5).to(make.dtype)
    numbers = [make.number(value) for value in (0.1, float(SAMPLES), 0.5)]
    weighted = lambda s: k.loss(s, q, mask, *numbers)[1]
    return with_gradients(weighted, make(SAMPLES, PROTOTYPES, scale=0.1))


@case("SinkhornKnopp", "sinkhorn")
def sinkhorn(k, make, net):
    scores = make(SAMPLES, PROTOTYPES, scale=0.1)
    return {"q": k.sinkhorn(scores, make.number(0.05), make.number(3))}


@case("FrechetDistance", "trace_of_root")
def trace_of_root(k, make, net):
    s1, s2 = (torch.cov(make(256, 300)) for _ in range(2))
    singular = torch.cov(make(256, 100))
    return {"regular": k.trace_of_root(s1, s2), "singular": k.trace_of_root(singular, s2)}


@case("PrincipalComponents", "components")
def components(k, make, net):
    first, values = k.components(make(500, 32) * torch.arange(1, 33))
    return {"first": first.abs(), "values": values}  # a component has no direction


@case("KMeans", "nearest")
def nearest(k, make, net):
    x, centres = make(4096, 128), make(300, 128)
    nearness, codes = k.nearest(x, centres, (centres * centres).sum(1) / 2)
    return {"nearness": nearness, "centres": centres[codes]}


@case("KMeans", "closer")
def closer(k, make, net):
    x = make(4096, 128)
    return {"kept": k.closer(x, x[7].contiguous(), make.uniform(4096) * 256)}


@case("SmallClassifier", "logits")
def logits(k, make, net):
    weights = [make(32, 3, 3, 3, scale=0.2), make(32), make(64, 32, 3, 3, scale=0.06), make(64)]
    return with_gradients(k.logits, make(BATCH, 3, 16, 16), *weights, make(10, 1024, scale=0.03), make(10))


@case("SmallClassifier", "loss")
def label_loss(k, make, net):
    labels = make.indices(10, 64)
    return with_gradients(lambda x: k.loss(x, labels), make(64, 10))


@case("ComputeDevice", "overwrite")
def overwrite(k, make, net):
    return {"to": k.overwrite([make(100, 100)], [make(100, 100)])}


class PlainPrincipalComponents:
    """The singular values of the rows: what the kernel, which only a CPU runs, avoids."""

    @staticmethod
    def components(x):
        u, s, _ = torch.linalg.svd(x - x.mean(0), full_matrices=False)
        return (u * s)[:, [1, 0]], (s * s).flip(0)


class PlainFrechetDistance:
    """The eigenvalues of the product itself: what the kernel, which only a CPU runs, avoids."""

    @staticmethod
    def trace_of_root(s1, s2):
        return torch.linalg.eigvals(s1 @ s2).real.clamp_min(0).sqrt().sum()


# ------------------------------------------------------------------------------------------- checks


def checks(kernels, networks, device):
    """Runs every kernel; prints a line each; gives a record each."""
    records = []
    print(f"{'kernel':34}{'network':9}{'variant':17}{'largest deviation':32}tolerance")
    for entry in kernels.manifest:
        if entry["network"] not in networks:
            continue
        if entry["device"] == "cpu" and not torch.backends.mkldnn.is_available():
            print(f"{entry['program']}: not run on this CPU, PyTorch has no oneDNN here")
            continue
        for name in entry["kernels"]:
            record = {key: entry[key] for key in ("program", "network", "device", "precision")}
            record.update(kernel=name, **checked(kernels, entry, name, networks, device))
            records.append(record)
            print(
                f"{entry['program'] + '.' + name:34}{entry['network'] or '-':9}"
                f"{entry['device'] + ' ' + entry['precision']:17}{record['said']:32}"
                f"{TOLERANCE[entry['precision']]:.0e}  {'ok' if record['ok'] else 'OFF'}",
                flush=True,
            )
    return records


def checked(kernels, entry, name, networks, device):
    run = CASES.get((entry["program"], name))
    if run is None:
        return {"ok": False, "said": "not tested: unknown here"}
    net = networks[entry["network"]]
    where = "cpu" if entry["device"] == "cpu" else device
    precision = entry["precision"]
    try:
        exact = run(kernels.exact(entry), Inputs("cpu", torch.float64), net)
        result = run(kernels.load(entry), Inputs(where, TYPES[precision]), net)
        gap, worst = deviation(result, exact)
    except (RuntimeError, ValueError) as e:
        lines = [line.strip() for line in str(e).splitlines() if line.strip()]
        why = next((line for line in lines[1:] if "Error:" in line), lines[0] if lines else "?")
        return {"ok": False, "said": "failed: " + why}
    ok = gap <= TOLERANCE[precision]
    return {"ok": ok, "said": f"{gap:.1e} ({worst})", "deviation": gap, "of": worst}


class Kernels:
    """The archives of a folder; a loaded one is a TorchScript module whose methods are its kernels."""

    def __init__(self, folder):
        self.folder = folder
        description = json.loads((folder / "kernels.json").read_text())
        self.networks = {"": {}, **description["networks"]}
        self.manifest = description["archives"]
        self.loaded = {}

    def load(self, entry):
        file = entry["file"]
        if file not in self.loaded:
            self.loaded[file] = torch.jit.load(str(self.folder / file))
        return self.loaded[file]

    def find(self, program, network="", device="any", precision="fp32"):
        wanted = {"program": program, "network": network, "device": device, "precision": precision}
        (entry,) = [e for e in self.manifest if wanted.items() <= e.items()]
        return self.load(entry)

    def exact(self, entry):
        """What gives exact results in float64: of a program's variants, the one that can."""
        if entry["program"] == "FrechetDistance":
            return PlainFrechetDistance
        if entry["program"] == "PrincipalComponents":
            return PlainPrincipalComponents
        if entry["program"] == "Blocks":
            return self.find("Blocks", entry["network"], "gpu", "fp32")
        return self.load(entry)


# ----------------------------------------------------------------------------------- a training step


class TrainingStep:
    """A U-ViT with labels and its training step, composed of the kernels as in Java."""

    PRODUCTS = ("qkvw", "pw", "f1w", "f2w", "skipw")

    def __init__(self, kernels, name, batch, device):
        self.net = net = kernels.networks[name]
        self.blocks = kernels.find("Blocks", name, "gpu", "bf16")
        self.around = kernels.find("UViT", name)
        self.optimizer = kernels.find("AdamW")
        self.averaging = kernels.find("MovingAverage")
        half = net["depth"] // 2
        self.names = [f"in{i}" for i in range(half)] + ["mid"] + [f"out{i}" for i in range(half)]
        make = Inputs(device, torch.float32)
        self.student = self.fresh(make)
        self.average = {n: w.clone() for n, w in self.student.items()}
        self.moment1 = {n: torch.zeros_like(w) for n, w in self.student.items()}
        self.moment2 = {n: torch.zeros_like(w) for n, w in self.student.items()}
        self.counters = {n: torch.zeros((), device=device) for n in self.student}
        shape = (batch, net["channels"], net["imageSize"], net["imageSize"])
        self.images, self.target = make(*shape), make(*shape)
        self.times, self.codes = make.uniform(batch), make.indices(LABELS - 1, batch)
        self.batch = batch

    def fresh(self, make):
        net, width = self.net, self.net["width"]
        p, c = net["patch"], net["channels"]
        weights = {"positions": make(1, self.token_count(), width, scale=0.02)}
        if net["mlpTimeEmbed"]:
            weights |= {"t0w": make(4 * width, width, scale=0.02), "t0b": make(4 * width, scale=0)}
            weights |= {"t2w": make(width, 4 * width, scale=0.02), "t2b": make(width, scale=0)}
        weights |= {"patchw": make(width, c, p, p, scale=0.2), "patchb": make(width, scale=0)}
        weights["labels"] = make(LABELS, width)
        for block in self.names:
            for name, shape in block_shapes(net).items():
                one = 1.0 if name in ("n1w", "n2w") else 0.0
                weights[f"{block}.{name}"] = make(*shape, scale=0.02 * (len(shape) - 1), offset=one)
            if block.startswith("out"):
                weights[f"{block}.skipw"] = make(width, 2 * width, scale=0.02)
                weights[f"{block}.skipb"] = make(width, scale=0)
        weights |= {"nw": make(width, scale=0, offset=1), "nb": make(width, scale=0)}
        weights |= {"dw": make(p * p * c, width, scale=0.02), "db": make(p * p * c, scale=0)}
        if net["convolution"]:
            weights |= {"cw": make(c, c, 3, 3, scale=0.2), "cb": make(c, scale=0)}
        return weights

    def token_count(self):
        return EXTRAS + (self.net["imageSize"] // self.net["patch"]) ** 2

    def flop(self):
        """Three times the forward's products; what is around the blocks is not counted."""
        tokens, width, depth = self.token_count(), self.net["width"], self.net["depth"]
        rows = self.batch * tokens
        block = rows * (24 * width**2 + 4 * tokens * width)
        skip = rows * 4 * width**2
        return 3 * ((depth + 1) * block + depth // 2 * skip)

    def tokens(self, w):
        time = self.around.sinusoid(self.times)
        if self.net["mlpTimeEmbed"]:
            time = self.around.time_embedding(time, w["t0w"], w["t0b"], w["t2w"], w["t2b"])
        patches = self.around.patches(self.images, w["patchw"], w["patchb"])
        label = self.around.label(w["labels"], self.codes)
        return self.around.tokens([label, time, patches], w["positions"])

    def output(self, x, w):
        weights = [w["nw"], w["nb"], w["dw"], w["db"]]
        if self.net["convolution"]:
            weights += [w["cw"], w["cb"]]
        return self.around.output(x, *weights)

    def of_block(self, block, w):
        return [w[f"{block}.{name}"] for name in block_shapes(self.net)]

    @torch.no_grad()
    def forward(self, x, w):
        """The last block's output, and what was passed on the way: (block, its input, what it kept)."""
        passed, skips = [], []
        for block in self.names:
            if block.startswith("out"):
                weight, bias = w[f"{block}.skipw"], w[f"{block}.skipb"]
                x, both = self.blocks.skip(x, skips.pop(), weight, bias)
                passed.append((f"{block}.skip", None, both))
            y, *kept = self.blocks.block_forward(x, *self.of_block(block, w))
            passed.append((block, x, kept))
            x = y
            if block.startswith("in"):
                skips.append(x)
        return x, passed

    @torch.no_grad()
    def backward(self, dy, passed, w, gradients):
        """The gradient of the tokens from that of the last block's output."""
        skips = []
        while passed:
            block, x, kept = passed.pop()
            if block.endswith(".skip"):
                weight = w[f"{block}w"]
                dy, skipped, dw, db = self.blocks.skip_backward(dy, kept, weight)
                gradients[f"{block}w"], gradients[f"{block}b"] = dw, db
                skips.append(skipped)
            else:
                if block.startswith("in"):
                    dy.add_(skips.pop())
                parameters = self.of_block(block, w)
                dy, *slopes = self.blocks.block_backward(dy, x, *kept, *parameters)
                for name, slope in zip(block_shapes(self.net), slopes):
                    gradients[f"{block}.{name}"] = slope
        return dy

    def step(self, mark):
        """Trains a step; gives its loss. mark(name) is called where a part ends."""
        w = {
            name: self.blocks.convert(weight) if name.endswith(self.PRODUCTS) else weight.detach()
            for name, weight in self.student.items()
        }
        recorded = {name: weight.requires_grad_() for name, weight in w.items() if "." not in name}
        first = self.tokens(w)
        end, passed = self.forward(first.detach(), w)
        last = end.detach().requires_grad_()
        velocity = self.output(last, w)
        error = velocity.detach() - self.target
        loss = error.square().mean().item()  # the only value that a step reads
        mark("forward")
        velocity.backward(error * (2 / error.numel()))
        gradients = {}
        first.backward(self.backward(last.grad, passed, w, gradients))
        gradients |= {name: leaf.grad for name, leaf in recorded.items()}
        mark("backward")
        with torch.no_grad():
            of = lambda values: [values[name] for name in self.student]
            state = [of(all) for all in (self.moment1, self.moment2, self.counters)]
            numbers = [Inputs.number(value) for value in (2e-4, 0.99, 0.999, 1e-8, 0.03)]
            self.optimizer.adamw(of(self.student), of(gradients), *state, *numbers)
            self.averaging.average(of(self.average), of(self.student), Inputs.number(0.0001))
        mark("update")
        return loss


# ------------------------------------------------------------------------------------------- timing


class Marks:
    """Times between marks in ms, on the device's own clock where it has one."""

    def __init__(self, device):
        self.cuda = torch.device(device).type == "cuda"
        self.at = []
        self("begin")

    def __call__(self, name):
        if self.cuda:
            event = torch.cuda.Event(enable_timing=True)
            event.record()
            self.at.append((name, event))
        else:
            self.at.append((name, time.perf_counter()))

    def parts(self):
        if self.cuda:
            torch.cuda.synchronize()
        parts = {}
        for (_, began), (name, ended) in zip(self.at, self.at[1:]):
            parts[name] = began.elapsed_time(ended) if self.cuda else (ended - began) * 1e3
        return parts


def medians(device, repeats, work, warmups=3):
    """Medians of the parts that work(mark) marks, and of their sum, in ms; and the smallest sum."""
    all = []
    for i in range(warmups + repeats):
        marks = Marks(device)
        work(marks)
        all.append(marks.parts())
    counted = all[warmups:]
    parts = {name: statistics.median(p[name] for p in counted) for name in counted[0]}
    sums = [sum(p.values()) for p in counted]
    return parts, statistics.median(sums), min(sums)


def product(device, size, repeats):
    """Best rate of a bf16 product of size x size x size, FLOP/s."""
    a, b = (torch.randn(size, size, device=device).bfloat16() for _ in range(2))
    c = torch.empty_like(a)

    def once(mark):
        torch.mm(a, b, out=c)
        mark("product")

    return 2 * size**3 / (medians(device, repeats, once)[2] / 1e3)


def timed(kernels, name, batch, device, repeats):
    size = 1024 if name == "small" else 8192
    best = product(device, size, repeats)
    training = TrainingStep(kernels, name, batch, device)
    if torch.device(device).type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    losses = []
    parts, step, _ = medians(device, repeats, lambda mark: losses.append(training.step(mark)))
    cuda = torch.device(device).type == "cuda"
    return {
        "network": name,
        "batch": batch,
        "tokens": training.token_count(),
        "step ms": step,
        "parts ms": parts,
        "TFLOP": training.flop() / 1e12,
        "TFLOP/s": training.flop() / step / 1e9,
        "product": size,
        "product TFLOP/s": best / 1e12,
        "share": training.flop() / (step / 1e3) / best,
        "must": MUST,
        "aim": AIM,
        "peak GB": torch.cuda.max_memory_allocated() / 1e9 if cuda else None,
        "losses": [losses[0], losses[-1]],
    }


def say(t):
    parts = ", ".join(f"{name} {ms:.1f}" for name, ms in t["parts ms"].items())
    memory = f", {t['peak GB']:.1f} GB at most" if t["peak GB"] else ""
    print(f"\nU-ViT ({t['network']}), {t['tokens']} tokens, batch {t['batch']}, bf16:")
    print(f"  step     {t['step ms']:.1f} ms ({parts}){memory}")
    print(f"  rate     {t['TFLOP/s']:.3g} TFLOP/s ({t['TFLOP']:.3g} TFLOP)")
    print(f"  product  {t['product TFLOP/s']:.3g} TFLOP/s, the best of {t['product']}^3 in bf16")
    print(f"  loss     {t['losses'][0]:.4f}, {t['losses'][1]:.4f} after the last step")
    reached = [word for word, share in (("must", MUST), ("aim", AIM)) if t["share"] >= share]
    print(f"  share    {t['share']:.3f}; must {MUST}, aim {AIM}: {' and '.join(reached) or 'neither'} reached")


# --------------------------------------------------------------------------------------------- main


def main(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path, help="what bench --kernels wrote")
    parser.add_argument("--device", default="cuda", help="cuda, cuda:N or cpu; default: cuda")
    parser.add_argument("--batch", type=int, default=64, help="images of the timed step; default: 64")
    parser.add_argument("--repeats", type=int, default=20, help="timed steps; default: 20")
    parser.add_argument("--small", action="store_true", help="the small network alone")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results here too")
    options = parser.parse_args(arguments)
    version = tuple(int(part) for part in re.findall(r"\d+", torch.__version__)[:2])
    if version < LEAST_PYTORCH:
        parser.error("needs PyTorch %d.%d or later, this is %s" % (*LEAST_PYTORCH, torch.__version__))
    if not (options.folder / "kernels.json").is_file():
        parser.error(f"{options.folder} has no kernels.json: launch/gnomon bench --kernels {options.folder}")
    if options.batch < 1 or options.repeats < 1:
        parser.error("--batch and --repeats must be at least 1")
    device = torch.device(options.device)
    cuda = device.type == "cuda"
    if cuda and not torch.cuda.is_available():
        parser.error("this PyTorch sees no GPU; --device cpu --small runs without one")
    if cuda:
        torch.cuda.set_device(device)

    warnings.filterwarnings("ignore", category=DeprecationWarning)  # torch.jit.load
    torch._C._set_graph_executor_optimize(False)  # as ComputeDevice does
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(1)
    name = torch.cuda.get_device_name(device) if cuda else "CPU"
    print(f"{name}, PyTorch {torch.__version__}\n")

    kernels = Kernels(options.folder)
    networks = {n: net for n, net in kernels.networks.items() if not (options.small and n == "large")}
    with torch.no_grad():
        records = checks(kernels, networks, options.device)
    off = sum(not record["ok"] for record in records)
    print(f"{len(records)} kernels: {f'{off} OFF' if off else 'all right'}")
    step = None
    try:
        step = timed(
            kernels, "small" if options.small else "large", options.batch, options.device, options.repeats)
        say(step)
    except RuntimeError as e:
        print(f"\nthe training step failed: {e}", file=sys.stderr)
        off += 1
    if options.json:
        options.json.write_text(
            json.dumps({"device": name, "pytorch": torch.__version__, "kernels": records, "step": step}, indent=2))
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
