public import ApusGraph

extension Equal: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.zip(inputs[0], inputs[1], result) { $0 == $1 ? 1 : 0 }
  }
}
