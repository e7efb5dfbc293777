public import ApusGraph

extension ReduceMin: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.reduce(inputs[0], axes: axes, result) { elements in
      elements.reduce(.infinity) { $0.isNaN || $0 < $1 ? $0 : $1 }
    }
  }
}
