"""Trains short kernels for the two blocks that colour Kokoro's source signal.

    node packages/speech/tools/short-kernels/export.ts FOLDER
    python3 -m venv FOLDER/python && FOLDER/python/bin/pip install -r packages/speech/tools/short-kernels/requirements.txt
    FOLDER/python/bin/python packages/speech/tools/short-kernels/train.py FOLDER
    node packages/speech/tools/calibrate.ts

Writes packages/speech/data/short-kernels.{json,bin}. It takes half an hour on two cores, and 10 GB of memory.

Each block is three residual steps of two convolutions, and each of these gets four taps over about the
same time in place of seven or eleven. They start as the least squares fit to what the long kernel makes of
the same input (from the autocovariance of the input, in closed form), and then learn together to make the
block's own output. An error counts by the variance of its channel in the sum that the output goes into. It
ends 30 and 31 dB below that sum. The seed is fixed; another processor rounds differently, so the values
differ a little from one to the next, and calibrate.ts has to run after every change.
"""

import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch.nn.functional import conv1d, instance_norm, pad

TOOL = "short-kernels 1"
TAPS = 4
SPACING = 2
TRAINING_STEPS = {"noise_res.0": 1000, "noise_res.1": 900}
LEARNING_RATE = 0.01
WARM_UP_STEPS = 20
# One piece in ten is not learnt from.
HELD_OUT = 10
# Samples of the longest piece that is learnt from, in seconds.
LONGEST_SECONDS = 8
# A channel that hardly sounds counts as if it had this share of the median channel's variance.
LEAST_VARIANCE = 1e-3
DATA = Path(__file__).resolve().parents[2] / "data"


def record(folder, work):
    """What the blocks take and make for each piece; the autocovariances of their convolutions' inputs."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    names = [output.name for output in session.get_outputs()]
    pieces = {block["name"]: [] for block in work["blocks"]}
    moments = {}
    for index, piece in enumerate(work["pieces"]):
        values = dict(
            zip(
                names,
                session.run(
                    names,
                    {
                        "tokens": np.array([piece["tokens"]], np.int64),
                        "style": np.array([piece["style"]], np.float32),
                        "speed": np.array([piece["speed"]], np.float32),
                    },
                ),
            )
        )
        for block in work["blocks"]:
            convolutions = convolutions_of(block)
            pieces[block["name"]].append(
                {
                    # Half precision halves the memory; its error is 60 dB below the values.
                    "input": values[block["input"]].astype(np.float16),
                    "output": values[block["steps"][-1]["output"]].astype(np.float16),
                    "sum_variance": values[block["sum"]][0].var(axis=1),
                    "norms": [
                        (values[c["normScale"]], values[c["normShift"]]) for c in convolutions
                    ],
                }
            )
            if index % HELD_OUT == 0:
                continue
            for convolution in convolutions:
                moments.setdefault(convolution["output"], Moments()).add(
                    values[convolution["input"]][0], convolution["dilation"]
                )
    return pieces, moments


def convolutions_of(block):
    return [c for step in block["steps"] for c in step["convolutions"]]


class Moments:
    """Mean [C] and autocovariance [lags, C, C] of a signal, lags in units of a convolution's dilation."""

    LAGS = 11

    def __init__(self):
        self.count = 0
        self.sum = 0.0
        self.products = 0.0

    def add(self, signal, dilation):
        time = signal.shape[1]
        self.count += time
        self.sum = self.sum + signal.sum(axis=1, dtype=np.float64)
        self.products = self.products + np.stack(
            [
                signal[:, : time - lag * dilation] @ signal[:, lag * dilation :].T
                for lag in range(self.LAGS)
            ]
        ).astype(np.float64)

    def mean(self):
        return self.sum / self.count

    def covariance(self, left, right):
        """Between the signal at the offsets `left` and at the offsets `right`: [left · C, right · C]."""
        centred = self.products / self.count - np.outer(self.mean(), self.mean())
        return np.block(
            [
                [centred[b - a] if b >= a else centred[a - b].T for b in right]
                for a in left
            ]
        )


class Convolution(torch.nn.Module):
    """A short kernel, in units in which each input and output channel has the deviation 1."""

    def __init__(self, convolution, moments, constants):
        super().__init__()
        weights = constants[convolution["weights"]].astype(np.float64)
        bias = constants[convolution["bias"]].astype(np.float64)
        outputs, inputs, taps = weights.shape
        short = [SPACING * i + (taps - 1 - SPACING * (TAPS - 1)) // 2 for i in range(TAPS)]
        long = list(range(taps))
        flat = weights.transpose(2, 1, 0).reshape(taps * inputs, outputs)
        covariance = moments.covariance(short, short)
        covariance += 1e-5 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        fitted = np.linalg.solve(covariance, moments.covariance(short, long) @ flat)
        fitted = fitted.reshape(TAPS, inputs, outputs).transpose(2, 1, 0)
        fitted_bias = bias + (weights.sum(axis=2) - fitted.sum(axis=2)) @ moments.mean()

        input_deviation = np.sqrt(np.diag(moments.covariance([0], [0]))).clip(1e-6)
        output_variance = np.einsum("io,ij,jo->o", flat, moments.covariance(long, long), flat)
        output_deviation = np.sqrt(output_variance.clip(1e-12))
        unit = output_deviation[:, None, None] / input_deviation[None, :, None]
        self.weights = torch.nn.Parameter(tensor(fitted / unit))
        self.bias = torch.nn.Parameter(tensor(fitted_bias / output_deviation))
        self.unit = tensor(unit)
        self.bias_unit = tensor(output_deviation)
        # The snake's factor 1/α is a product of its own in the graph; here it is part of the kernel.
        self.factor = tensor(constants[convolution["factor"]].reshape(1, -1, 1))
        self.step = convolution["dilation"] * SPACING
        self.reach = self.step * (TAPS - 1) // 2

    def kernel(self):
        return self.weights * self.unit, self.bias * self.bias_unit

    def forward(self, signal, norm):
        scale, shift = norm
        u = instance_norm(signal, weight=tensor(scale), bias=tensor(shift), eps=1e-5)
        weights, bias = self.kernel()
        snake = u + torch.sin(u) ** 2
        return conv1d(pad(snake, (self.reach, self.reach)), weights * self.factor, bias, dilation=self.step)


def tensor(values):
    return torch.tensor(np.asarray(values, dtype=np.float32))


def speak(convolutions, piece):
    """The block's output by the short kernels."""
    signal = tensor(piece["input"])
    for i in range(0, len(convolutions), 2):
        first, second = convolutions[i : i + 2]
        first_norm, second_norm = piece["norms"][i : i + 2]
        signal = signal + second(first(signal, first_norm), second_norm)
    return signal


def train(block, pieces, moments, constants):
    torch.manual_seed(0)
    order = np.random.default_rng(0)
    held_out = pieces[::HELD_OUT]
    rate = 800 if block["name"] == "noise_res.0" else 4800
    learnt = [
        piece
        for index, piece in enumerate(pieces)
        if index % HELD_OUT and piece["input"].shape[2] <= LONGEST_SECONDS * rate
    ]
    variance = np.mean([piece["sum_variance"] for piece in learnt], axis=0)
    variance = tensor(np.maximum(variance, np.median(variance) * LEAST_VARIANCE)).view(1, -1, 1)
    convolutions = torch.nn.ModuleList(
        Convolution(c, moments[c["output"]], constants) for c in convolutions_of(block)
    )

    def error(piece):
        difference = speak(convolutions, piece) - tensor(piece["output"])
        return (difference**2 / variance).mean()

    def report(step):
        with torch.no_grad():
            mean = np.mean([error(piece).item() for piece in held_out])
        print(f"{block['name']} step {step}: error {10 * math.log10(mean):.2f} dB of the sum", flush=True)

    groups = [
        {"params": [c.weights], "base": LEARNING_RATE * c.weights.std().item()}
        for c in convolutions
    ]
    groups.append({"params": [c.bias for c in convolutions], "base": LEARNING_RATE / 50})
    optimiser = torch.optim.Adam(groups, lr=LEARNING_RATE, betas=(0.9, 0.99))
    steps = TRAINING_STEPS[block["name"]]
    report(0)
    queue = []
    for step in range(steps):
        queue = queue or list(order.permutation(len(learnt)))
        decay = 0.5 + 0.5 * math.cos(math.pi * step / steps)
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * decay * min(1, (step + 1) / WARM_UP_STEPS)
        optimiser.zero_grad()
        error(learnt[queue.pop()]).backward()
        optimiser.step()
        if (step + 1) % 100 == 0:
            report(step + 1)
    return [[part.detach().numpy() for part in c.kernel()] for c in convolutions]


def main():
    folder = Path(sys.argv[1])
    work = json.loads((folder / "work.json").read_text())
    model = onnx.load(folder / "model.onnx")
    constants = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    pieces, moments = record(folder, work)
    values = []
    described = []
    for block in work["blocks"]:
        kernels = train(block, pieces.pop(block["name"]), moments, constants)
        for convolution, (weights, bias) in zip(convolutions_of(block), kernels):
            values += [weights.astype("<f2").tobytes(), bias.astype("<f2").tobytes()]
            outputs, inputs, taps = weights.shape
            described.append(
                {
                    "output": convolution["output"],
                    "outputChannels": outputs,
                    "inputChannels": inputs,
                    "taps": taps,
                    "spacing": SPACING,
                }
            )
    content = b"".join(values)
    header = {
        "description": "Short kernels of the blocks that colour Kokoro-82M's source signal; values in short-kernels.bin",
        "tool": TOOL,
        "modelSha256": work["modelSha256"],
        "valuesSha256": hashlib.sha256(content).hexdigest(),
        "convolutions": described,
    }
    (DATA / "short-kernels.bin").write_bytes(content)
    (DATA / "short-kernels.json").write_text(json.dumps(header, indent=1) + "\n")
    print(f"{len(described)} convolutions, {len(content)} bytes")


if __name__ == "__main__":
    main()
