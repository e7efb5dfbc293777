public import ApusGraph

extension Abs: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.map(inputs[0], result) { abs($0) }
  }
}
