"""The workloads of `apus bench` for other programs: networks, rows, first weights, and how steps are timed.

One definition for all peers: whatever a peer trains comes from here, so that every one starts from the same numbers
and sees the same rows.
"""

import argparse
import dataclasses
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy


@dataclasses.dataclass(frozen=True)
class Workload:
    """A network, what it is trained on, and how."""

    name: str
    rows: str  # mnist, products or digits
    sizes: tuple[int, ...]  # units from input to output
    batch: int | None  # None: all rows at once, in file order
    optimizer: str
    rate: float
    check_step: int  # where the loss is compared with that of apus
    scan: int  # steps that JAX scans over at once: an epoch, or a part of one that takes about a second
    activation: str = "relu"
    blocks: int = 0  # residual blocks x + ReLU(Dense(x)) between the first and the last layer

    @property
    def trains(self) -> bool:
        return self.optimizer != "none"

    @property
    def classifies(self) -> bool:
        return self.rows != "products"


WORKLOADS = {
    w.name: w
    for w in [
        Workload("mlp-small", "mnist", (784, 30, 30, 10), 32, "sgd", 0.001, 100, 1875),
        Workload("mlp-medium", "mnist", (784, 512, 512, 10), 128, "adam", 0.001, 50, 117),
        Workload("mlp-large", "mnist", (784, 2048, 2048, 2048, 10), 1024, "adam", 0.001, 3, 2),
        Workload("online", "mnist", (784, 17, 10), 1, "sgd", 0.01, 1000, 60_000),
        Workload("tiny", "products", (4, 32, 16, 4), None, "adam", 0.001, 20, 100, activation="tanh"),
        Workload("deep", "digits", (64, 32, 10), 32, "adam", 0.00001, 20, 56, blocks=1000),
        Workload("infer-1", "mnist", (784, 30, 30, 10), 1, "none", 0, 0, 0),
        Workload("infer-256", "mnist", (784, 30, 30, 10), 256, "none", 0, 0, 0),
    ]
}

IMAGES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx(folder: str, name: str) -> numpy.ndarray:
    """An IDX file of bytes, packed or not."""
    path = f"{folder}/{name}"
    with open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz") as file:
        data = file.read()
    rank = data[3]
    shape = numpy.frombuffer(data, ">u4", rank, 4)
    return numpy.frombuffer(data, numpy.uint8, -1, 4 + 4 * rank).reshape(shape)


def mnist(part: str = "train") -> tuple[numpy.ndarray, numpy.ndarray]:
    """Images [N, 784] as bytes and labels; bytes at random when APUS_MNIST names no folder, as `apus bench` has it."""
    folder = os.environ.get("APUS_MNIST")
    if not folder:
        random = numpy.random.default_rng(0)
        count = 60_000 if part == "train" else 10_000
        return random.integers(0, 256, (count, 784), numpy.uint8), random.integers(0, 10, count, numpy.int64)
    return idx(folder, f"{part}-images-idx3-ubyte").reshape(-1, 784), idx(folder, f"{part}-labels-idx1-ubyte")


def rows(workload: Workload) -> tuple[numpy.ndarray, numpy.ndarray, float]:
    """Features as they are stored, targets, and the factor that brings features to their unit.

    Whole batches only: the last rows of the data are left out, as `apus bench` does it.
    """
    if workload.rows == "products":
        x = numpy.random.default_rng(0).uniform(-1, 1, (10_000, 4)).astype(numpy.float32)
        return x, x * numpy.roll(x, -1, axis=1), 1.0
    if workload.rows == "digits":
        from sklearn.datasets import load_digits

        digits = load_digits()
        x, y, scale = digits.data.astype(numpy.uint8), digits.target, 1 / 16
    else:
        (x, y), scale = mnist(), 1 / 255
    count = len(x) // workload.batch * workload.batch
    return numpy.array(x[:count]), y[:count].astype(numpy.int64), scale


def first_weights(workload: Workload) -> list[tuple[numpy.ndarray, numpy.ndarray]]:
    """Weight [outputs, inputs] and bias of every layer: Glorot uniform and 0, as Apus starts; blocks start small."""
    random = numpy.random.default_rng(0)

    def glorot(outputs: int, inputs: int) -> tuple[numpy.ndarray, numpy.ndarray]:
        limit = (6 / (inputs + outputs)) ** 0.5
        return random.uniform(-limit, limit, (outputs, inputs)).astype(numpy.float32), numpy.zeros(outputs, "f4")

    layers = [glorot(outputs, inputs) for inputs, outputs in zip(workload.sizes, workload.sizes[1:])]
    if workload.blocks:
        width = workload.sizes[1]
        block = [
            (random.normal(0, 0.0001, (width, width)).astype(numpy.float32), numpy.zeros(width, "f4"))
            for _ in range(workload.blocks)
        ]
        layers[1:1] = block
    return layers


class Order:
    """Rows of one batch after the other, shuffled anew in every epoch."""

    def __init__(self, count: int, batch: int):
        self.count, self.batch = count, batch
        self.random = numpy.random.default_rng(1)
        self.at = count
        self.order = numpy.empty(0, numpy.int64)

    def next(self) -> numpy.ndarray:
        if self.at + self.batch > self.count:
            self.order = self.random.permutation(self.count)
            self.at = 0
        self.at += self.batch
        return self.order[self.at - self.batch : self.at]

    def many(self, steps: int) -> numpy.ndarray:
        """The rows [steps, batch] of so many steps, all of one epoch."""
        rows = steps * self.batch
        if self.at + rows > self.count:
            self.order = self.random.permutation(self.count)
            self.at = 0
        self.at += rows
        return self.order[self.at - rows : self.at].reshape(steps, self.batch)


def arguments(modes: list[str]) -> argparse.Namespace:
    """The command line of every peer. Limits its threads before numeric libraries are loaded."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    processors = sorted(os.sched_getaffinity(0))[-options.threads :]
    os.sched_setaffinity(0, processors)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    return options


def serve(
    run: Callable[[int], float | None], *, version: str, unit: int = 1, check_step: int = 0,
    check: Callable[[], float] | None = None,
) -> None:
    """Times steps whenever the line `SECONDS` comes in, until there are no more lines.

    `run(n)` takes n calls of `unit` steps each. `check` gives the mean loss of the first `check_step` steps, taken
    from the first weights; it is called before anything else.
    """
    loss = check() if check else None
    run(1)
    start, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - start < 0.2:
        run(1)
        calls += 1
    each = (time.perf_counter() - start) / calls
    print(json.dumps({"version": version, "check": {"step": check_step, "loss": loss}}), flush=True)
    for line in sys.stdin:
        seconds = float(line)
        repeats = min(7, max(3, int(seconds / each)))
        calls = max(1, int(seconds / 7 / each))
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            run(calls)
            times.append(time.perf_counter() - start)
        each = statistics.median(times) / calls
        print(json.dumps({"us_per_step": each / unit * 1e6}), flush=True)
