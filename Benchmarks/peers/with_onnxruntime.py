"""onnxruntime: the forward pass; bytes become floats inside its graph, and one row is handed over without a copy."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import workloads

options = workloads.arguments(["session"])

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

workload = workloads.WORKLOADS[options.workload]
if workload.trains:
    sys.exit(f"onnxruntime only predicts; {workload.name} trains")
x, _, scale = workloads.rows(workload)

nodes = [
    helper.make_node("Cast", ["x"], ["floats"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["floats", "scale"], ["h0"]),
]
tensors = [numpy_helper.from_array(numpy.float32(scale), "scale")]
layers = workloads.first_weights(workload)
for index, (weight, bias) in enumerate(layers):
    tensors += [numpy_helper.from_array(weight, f"w{index}"), numpy_helper.from_array(bias, f"b{index}")]
    is_last = index == len(layers) - 1
    nodes.append(
        helper.make_node(
            "Gemm", [f"h{index}", f"w{index}", f"b{index}"], ["y" if is_last else f"z{index}"], transB=1))
    if not is_last:
        nodes.append(helper.make_node("Relu", [f"z{index}"], [f"h{index + 1}"]))
graph = helper.make_graph(
    nodes, "network", [helper.make_tensor_value_info("x", TensorProto.UINT8, ["N", workload.sizes[0]])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", workload.sizes[-1]])], tensors)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 9

settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads = options.threads
settings.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])
order = workloads.Order(len(x), workload.batch)


def run(calls: int) -> None:
    for _ in range(calls):
        rows = order.next()
        if len(rows) == 1:
            row = rows[0]
            session.run(None, {"x": x[row : row + 1]})
        else:
            session.run(None, {"x": numpy.take(x, rows, axis=0)})


workloads.serve(run, version=onnxruntime.__version__)
