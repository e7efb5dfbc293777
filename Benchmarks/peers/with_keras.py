"""Keras on JAX: the whole process of end-to-end and of startup, with `fit` as its users write it."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import workloads

options = workloads.arguments(["jax"])
os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ.setdefault("KERAS_HOME", os.path.join(sys.prefix, "keras"))

import keras
import numpy

if options.workload == "end-to-end":
    keras.utils.set_random_seed(0)
    (x, y), (test_x, test_y) = workloads.mnist(), workloads.mnist("t10k")
    relu = [keras.layers.Dense(30, activation="relu") for _ in range(2)]
    model = keras.Sequential([keras.Input((784,)), *relu, keras.layers.Dense(10)])
    model.compile(
        keras.optimizers.SGD(0.001), keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=True)
    model.fit(x.astype(numpy.float32) / 255, y, batch_size=32, epochs=5, verbose=0)
    outputs = model.predict(test_x.astype(numpy.float32) / 255, batch_size=1000, verbose=0)
    print(f"test accuracy {float((outputs.argmax(1) == test_y).mean()):.4f} keras {keras.__version__}")
elif options.workload == "startup":
    x, y = numpy.array([[0, 0], [0, 1], [1, 0], [1, 1]], "f4"), numpy.array([[0], [1], [1], [0]], "f4")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.001), "mean_squared_error", jit_compile=True)
    history = model.fit(x, y, batch_size=4, epochs=500, verbose=0)
    print(f"loss {history.history['loss'][-1]:.4f} keras {keras.__version__}")
else:
    sys.exit(f"Keras is compared for end-to-end and startup, not for {options.workload}")
