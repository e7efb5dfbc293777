public import ApusGraph

extension ReduceSum: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.reduce(inputs[0], axes: axes, result) { $0.reduce(0, +) }
  }
}
