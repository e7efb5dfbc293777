"""scikit-learn: MLPClassifier, an epoch of `partial_fit` at a time, on rows that are floats already.

Its update is that of the workload; its first weights are Glorot uniform too, but drawn by itself, biases too.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import workloads

options = workloads.arguments(["mlp"])

import numpy
import sklearn
from sklearn.neural_network import MLPClassifier

workload = workloads.WORKLOADS[options.workload]
if not workload.trains or not workload.classifies or workload.blocks:
    sys.exit(f"scikit-learn has no network like {workload.name}")
x, y, scale = workloads.rows(workload)
# One call is as many steps as the loss is checked after: its loss is the mean over a call.
rows = workload.check_step * workload.batch
x, y = x[:rows].astype(numpy.float32) * numpy.float32(scale), y[:rows]
network = MLPClassifier(
    workload.sizes[1:-1], solver=workload.optimizer, learning_rate_init=workload.rate, batch_size=workload.batch,
    alpha=0, momentum=0, nesterovs_momentum=False, random_state=0)


def run(calls: int) -> None:
    for _ in range(calls):
        network.partial_fit(x, y, classes=range(10))


def check() -> float:
    run(1)
    return network.loss_


workloads.serve(
    run, version=sklearn.__version__, unit=workload.check_step, check_step=workload.check_step, check=check)
