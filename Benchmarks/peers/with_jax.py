"""JAX: one jitted call a step, or one for all steps of an epoch (lax.scan); deep networks scan over their blocks."""

import functools
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import workloads

options = workloads.arguments(["scan", "step"])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy
from jax import lax


def parameters(workload: workloads.Workload) -> list:
    layers = [(jnp.asarray(w), jnp.asarray(b)) for w, b in workloads.first_weights(workload)]
    if not workload.blocks:
        return layers
    stacked = tuple(jnp.stack(part) for part in zip(*layers[1:-1]))
    return [layers[0], stacked, layers[-1]]


def forward(workload: workloads.Workload, layers: list, x: jax.Array) -> jax.Array:
    def dense(layer: tuple, x: jax.Array) -> jax.Array:
        return x @ layer[0].T + layer[1]

    if workload.blocks:
        x, _ = lax.scan(lambda x, block: (x + jax.nn.relu(dense(block, x)), None), dense(layers[0], x), layers[1])
    else:
        activation = jnp.tanh if workload.activation == "tanh" else jax.nn.relu
        for layer in layers[:-1]:
            x = activation(dense(layer, x))
    return dense(layers[-1], x)


def updated(workload: workloads.Workload, state: tuple, gradients: list) -> tuple:
    layers, slots, count = state
    count = count + 1
    tree = jax.tree_util.tree_map
    if workload.optimizer == "sgd":
        return tree(lambda w, g: w - workload.rate * g, layers, gradients), slots, count
    first = tree(lambda m, g: 0.9 * m + 0.1 * g, slots[0], gradients)
    second = tree(lambda v, g: 0.999 * v + 0.001 * g * g, slots[1], gradients)
    c1, c2 = 1 - 0.9**count, 1 - 0.999**count
    layers = tree(
        lambda w, m, v: w - workload.rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), layers, first, second)
    return layers, (first, second), count


def training(workload: workloads.Workload) -> None:
    x, y, scale = workloads.rows(workload)
    count = len(x)
    data = (jnp.asarray(x), jnp.asarray(y if y.dtype == numpy.float32 else y.astype(numpy.int32)))

    def loss_of(layers: list, features: jax.Array, targets: jax.Array) -> jax.Array:
        outputs = forward(workload, layers, features)
        if not workload.classifies:
            return jnp.mean((outputs - targets) ** 2)
        chosen = jnp.take_along_axis(jax.nn.log_softmax(outputs), targets[:, None], 1)
        return -jnp.mean(chosen)

    def step(state: tuple, rows: jax.Array | None, data: tuple) -> tuple:
        features, targets = data if rows is None else (jnp.take(part, rows, axis=0) for part in data)
        if features.dtype == jnp.uint8:
            features = features.astype(jnp.float32) * scale
        loss, gradients = jax.value_and_grad(loss_of)(state[0], features, targets)
        return updated(workload, state, gradients), loss

    layers = parameters(workload)
    zeros = jax.tree_util.tree_map(jnp.zeros_like, layers)
    slots = (zeros, jax.tree_util.tree_map(jnp.copy, zeros)) if workload.optimizer == "adam" else ()
    state = (layers, slots, jnp.float32(0))
    order = workloads.Order(count, workload.batch or count)

    @functools.partial(jax.jit, donate_argnums=0)
    def one(state: tuple, rows: jax.Array | None, data: tuple) -> tuple:
        return step(state, rows, data)

    @functools.partial(jax.jit, donate_argnums=0)
    def many(state: tuple, rows: jax.Array | None, data: tuple) -> tuple:
        if rows is None:
            return lax.scan(lambda state, _: step(state, None, data), state, None, length=workload.scan)
        return lax.scan(lambda state, rows: step(state, rows, data), state, rows)

    def check() -> float:
        nonlocal state
        losses = []
        for _ in range(workload.check_step):
            state, loss = one(state, order.next() if workload.batch else None, data)
            losses.append(float(loss))
        return losses[-1] if workload.batch is None else sum(losses) / len(losses)

    def run(calls: int) -> None:
        nonlocal state
        for _ in range(calls):
            if options.mode == "step":
                state, loss = one(state, order.next() if workload.batch else None, data)
            elif workload.batch:
                state, loss = many(state, order.many(workload.scan), data)
            else:
                state, loss = many(state, None, data)
        loss.block_until_ready()

    unit = workload.scan if options.mode == "scan" else 1
    workloads.serve(run, version=jax.__version__, unit=unit, check_step=workload.check_step, check=check)


def inference(workload: workloads.Workload) -> None:
    x, _, scale = workloads.rows(workload)
    data, layers = jnp.asarray(x), parameters(workload)
    order = workloads.Order(len(x), workload.batch)

    @jax.jit
    def predict(layers: list, rows: jax.Array, data: jax.Array) -> jax.Array:
        return forward(workload, layers, jnp.take(data, rows, axis=0).astype(jnp.float32) * scale)

    def run(calls: int) -> None:
        for _ in range(calls):
            predict(layers, order.next(), data).block_until_ready()

    workloads.serve(run, version=jax.__version__)


def end_to_end() -> None:
    """The whole process: load, five epochs of one jitted call each, the accuracy on the test images."""
    workload = workloads.WORKLOADS["mlp-small"]
    x, y = (jnp.asarray(part) for part in workloads.mnist())

    def loss_of(layers: list, rows: jax.Array) -> jax.Array:
        outputs = forward(workload, layers, jnp.take(x, rows, axis=0).astype(jnp.float32) / 255)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(outputs), jnp.take(y, rows)[:, None], 1))

    @jax.jit
    def epoch(layers: list, order: jax.Array) -> list:
        def step(layers: list, rows: jax.Array) -> tuple:
            gradients = jax.grad(loss_of)(layers, rows)
            return updated(workload, (layers, (), 0), gradients)[0], None

        return lax.scan(step, layers, order)[0]

    layers, random = parameters(workload), numpy.random.default_rng(1)
    for _ in range(5):
        layers = epoch(layers, random.permutation(len(x)).reshape(-1, workload.batch))
    test_x, test_y = workloads.mnist("t10k")
    outputs = jax.jit(functools.partial(forward, workload))(layers, test_x.astype(numpy.float32) / 255)
    print(f"test accuracy {float((outputs.argmax(1) == test_y).mean()):.4f} jax {jax.__version__}")


def startup() -> None:
    """The whole process: exclusive or, 2-8-1, 500 full-batch steps of Adam in one jitted call."""
    workload = workloads.Workload("xor", "xor", (2, 8, 1), None, "adam", 0.001, 0, 500, activation="tanh")
    x, y = jnp.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), jnp.array([[0.0], [1], [1], [0]])
    layers = parameters(workload)
    zeros = jax.tree_util.tree_map(jnp.zeros_like, layers)

    @jax.jit
    def train(state: tuple) -> tuple:
        def step(state: tuple, _: None) -> tuple:
            loss, gradients = jax.value_and_grad(lambda w: jnp.mean((forward(workload, w, x) - y) ** 2))(state[0])
            return updated(workload, state, gradients), loss

        return lax.scan(step, state, None, length=500)

    _, losses = train((layers, (zeros, zeros), jnp.float32(0)))
    print(f"loss {float(losses[-1]):.4f} jax {jax.__version__}")


if options.workload == "end-to-end":
    end_to_end()
elif options.workload == "startup":
    startup()
elif workloads.WORKLOADS[options.workload].trains:
    training(workloads.WORKLOADS[options.workload])
else:
    inference(workloads.WORKLOADS[options.workload])
