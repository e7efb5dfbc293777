"""The lecture's MNIST network in PyTorch, as a peer for `apus train mnist`.

784-30-30-10, ReLU, softmax cross-entropy, SGD 0.001, batch 32, 5 epochs; prints the test accuracy.

    python Scripts/peers/mnist_pytorch.py FOLDER [THREADS]

FOLDER holds the four IDX.gz files. Needs torch and numpy.
"""

import gzip
import sys
import time

import numpy
import torch


def idx(path: str) -> numpy.ndarray:
    with gzip.open(path) as file:
        data = file.read()
    rank = data[3]
    shape = numpy.frombuffer(data, ">u4", rank, 4)
    return numpy.frombuffer(data, numpy.uint8, -1, 4 + 4 * rank).reshape(shape)


folder = sys.argv[1]
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
torch.manual_seed(0)


def part(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    images = idx(f"{folder}/{name}-images-idx3-ubyte.gz").reshape(-1, 784)
    labels = idx(f"{folder}/{name}-labels-idx1-ubyte.gz")
    return torch.tensor(images), torch.tensor(labels, dtype=torch.long)


(x, y), (test_x, test_y) = part("train"), part("t10k")
network = torch.nn.Sequential(
    torch.nn.Linear(784, 30), torch.nn.ReLU(),
    torch.nn.Linear(30, 30), torch.nn.ReLU(),
    torch.nn.Linear(30, 10),
)
optimizer = torch.optim.SGD(network.parameters(), lr=0.001)
loss_of = torch.nn.CrossEntropyLoss()
start = time.perf_counter()
for epoch in range(5):
    order = torch.randperm(len(x))
    for first in range(0, len(x), 32):
        rows = order[first : first + 32]
        optimizer.zero_grad()
        loss = loss_of(network(x[rows].float() / 255), y[rows])
        loss.backward()
        optimizer.step()
seconds = time.perf_counter() - start
with torch.no_grad():
    accuracy = (network(test_x.float() / 255).argmax(1) == test_y).float().mean().item()
print(f"test accuracy {accuracy:.4f}, trained in {seconds:.2f} s")
