"""Reads a model file of Apus with PyTorch; with inputs and outputs, checks that predictions agree.

    python Scripts/pytorch_reads_model.py MODEL.safetensors
    python Scripts/pytorch_reads_model.py MODEL.safetensors \
        --activations relu,relu,softmax --inputs x.csv --outputs predicted.csv

The check is for a plain stack of dense layers: `--activations` names what follows each, in order.
Inputs are numbers as the first layer sees them; both CSV files may begin with one line of names.
"""

import argparse
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "silu": F.silu,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "softmax": lambda x: F.softmax(x, -1),
    "log-softmax": lambda x: F.log_softmax(x, -1),
}
TOLERANCE = 1e-5


def load(path):
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}


def table(path):
    """The numbers of a CSV file, without its line of names if it has one."""
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip()]
    try:
        [float(cell) for cell in lines[0].split(",")]
    except ValueError:
        lines = lines[1:]
    return np.array([[float(cell) for cell in line.split(",")] for line in lines])


def dense_layers(tensors):
    """(weight, bias or None) of `dense_1`, `dense_2`, …, as far as they go."""
    layers = []
    while (weight := tensors.get(f"dense_{len(layers) + 1}.weight")) is not None:
        layers.append((weight, tensors.get(f"dense_{len(layers) + 1}.bias")))
    return layers


def predict(layers, activations, x):
    for (weight, bias), name in zip(layers, activations):
        x = ACTIVATIONS[name](F.linear(x, weight, bias))
    return x


def check(tensors, arguments):
    layers, activations = dense_layers(tensors), arguments.activations.split(",")
    if len(layers) != len(activations):
        sys.exit(f"{len(layers)} dense layers but {len(activations)} activations")
    if unknown := set(activations) - set(ACTIVATIONS):
        sys.exit(f"unknown activation {sorted(unknown)}; there are {sorted(ACTIVATIONS)}")
    x = torch.tensor(table(arguments.inputs), dtype=layers[0][0].dtype)
    expected = predict(layers, activations, x).numpy()
    found = table(arguments.outputs)
    if found.shape != expected.shape:
        sys.exit(f"outputs are {list(found.shape)}, PyTorch predicts {list(expected.shape)}")
    worst = np.abs(found - expected).max() / np.abs(expected).max()
    print(f"{len(x)} rows, largest difference / largest value {worst:.2e}, allowed {TOLERANCE:.0e}")
    if not worst <= TOLERANCE:
        sys.exit("predictions differ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--activations", help="comma-separated, one for each dense layer")
    parser.add_argument("--inputs", help="CSV, one row per example")
    parser.add_argument("--outputs", help="CSV of what Apus predicted")
    arguments = parser.parse_args()
    tensors, metadata = load(arguments.model)
    for key, value in metadata.items():
        print(f"{key}: {value}")
    for name, tensor in tensors.items():
        print(f"{name}  {list(tensor.shape)}  {str(tensor.dtype).removeprefix('torch.')}")
    print(f"{sum(tensor.numel() for tensor in tensors.values())} numbers")
    given = [arguments.activations, arguments.inputs, arguments.outputs]
    if all(given):
        check(tensors, arguments)
    elif any(given):
        parser.error("--activations, --inputs and --outputs go together")


if __name__ == "__main__":
    main()
