public import ApusGraph

extension ReLU: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.map(inputs[0], result) { $0.isNaN || $0 > 0 ? $0 : 0 }
  }
}
