"""PyTorch: eager, torch.compile, bfloat16 autocast; fused optimizers, rows gathered with index_select."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import workloads

options = workloads.arguments(["eager", "compile", "bf16"])

import torch
from torch.nn import functional

torch.set_num_threads(options.threads)
torch.manual_seed(0)


class Network(torch.nn.Module):
    def __init__(self, workload: workloads.Workload):
        super().__init__()
        self.workload = workload
        self.layers = torch.nn.ModuleList()
        for weight, bias in workloads.first_weights(workload):
            layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
            layer.weight.data, layer.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
            self.layers.append(layer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.workload.blocks:
            x = self.layers[0](x)
            for layer in self.layers[1:-1]:
                x = x + torch.relu(layer(x))
        else:
            activation = torch.tanh if self.workload.activation == "tanh" else torch.relu
            for layer in self.layers[:-1]:
                x = activation(layer(x))
        return self.layers[-1](x)


def optimizer(workload: workloads.Workload, network: Network) -> torch.optim.Optimizer:
    kind = torch.optim.Adam if workload.optimizer == "adam" else torch.optim.SGD
    return kind(network.parameters(), lr=workload.rate, fused=True)


def training(workload: workloads.Workload) -> None:
    x, y, scale = workloads.rows(workload)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    network = Network(workload)
    update = optimizer(workload, network)

    def loss_of(rows: torch.Tensor | None) -> torch.Tensor:
        features = x if rows is None else torch.index_select(x, 0, rows)
        targets = y if rows is None else torch.index_select(y, 0, rows)
        if features.dtype == torch.uint8:
            features = features.float() * scale
        with torch.autocast("cpu", torch.bfloat16, enabled=options.mode == "bf16"):
            outputs = network(features)
            if workload.classifies:
                return functional.cross_entropy(outputs, targets)
            return functional.mse_loss(outputs, targets)

    if options.mode == "compile":
        loss_of = torch.compile(loss_of)
    at, order = len(x), torch.empty(0)

    def step() -> torch.Tensor:
        nonlocal at, order
        rows = None
        if workload.batch:
            if at >= len(x):
                at, order = 0, torch.randperm(len(x))
            rows = order[at : at + workload.batch]
            at += workload.batch
        update.zero_grad()
        loss = loss_of(rows)
        loss.backward()
        update.step()
        return loss

    def run(count: int) -> None:
        for _ in range(count):
            step()

    def check() -> float:
        losses = [step().item() for _ in range(workload.check_step)]
        return losses[-1] if workload.batch is None else sum(losses) / len(losses)

    workloads.serve(run, version=torch.__version__, check_step=workload.check_step, check=check)


def inference(workload: workloads.Workload) -> None:
    x, _, scale = workloads.rows(workload)
    count, x = len(x), torch.from_numpy(x)
    network = Network(workload).eval()

    def predict(rows: torch.Tensor) -> torch.Tensor:
        return network(torch.index_select(x, 0, rows).float() * scale)

    if options.mode == "compile":
        predict = torch.compile(predict)
    at, order = count, torch.empty(0)

    def run(calls: int) -> None:
        nonlocal at, order
        with torch.inference_mode():
            for _ in range(calls):
                if at >= count:
                    at, order = 0, torch.randperm(count)
                predict(order[at : at + workload.batch])
                at += workload.batch

    workloads.serve(run, version=torch.__version__)


def end_to_end() -> None:
    """The whole process: load, five epochs, the accuracy on the test images."""
    workload = workloads.WORKLOADS["mlp-small"]
    x, y = (torch.from_numpy(part.copy()) for part in workloads.mnist())
    y = y.long()
    network = Network(workload)
    update = optimizer(workload, network)
    for _ in range(5):
        order = torch.randperm(len(x))
        for rows in order.split(workload.batch):
            update.zero_grad()
            features = torch.index_select(x, 0, rows).float() / 255
            functional.cross_entropy(network(features), torch.index_select(y, 0, rows)).backward()
            update.step()
    x, y = (torch.from_numpy(part.copy()) for part in workloads.mnist("t10k"))
    with torch.no_grad():
        accuracy = (network(x.float() / 255).argmax(1) == y).float().mean().item()
    print(f"test accuracy {accuracy:.4f} torch {torch.__version__}")


def startup() -> None:
    """The whole process: exclusive or, 2-8-1, 500 full-batch steps of Adam."""
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])
    network = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    update = torch.optim.Adam(network.parameters(), lr=0.001, fused=True)
    for _ in range(500):
        update.zero_grad()
        loss = functional.mse_loss(network(x), y)
        loss.backward()
        update.step()
    print(f"loss {loss.item():.4f} torch {torch.__version__}")


if options.workload == "end-to-end":
    end_to_end()
elif options.workload == "startup":
    startup()
elif workloads.WORKLOADS[options.workload].trains:
    training(workloads.WORKLOADS[options.workload])
else:
    inference(workloads.WORKLOADS[options.workload])
