public import ApusGraph

extension And: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.zip(inputs[0], inputs[1], result) { $0 * $1 }
  }
}
