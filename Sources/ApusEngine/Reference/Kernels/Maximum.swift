public import ApusGraph

extension Maximum: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.zip(inputs[0], inputs[1], result) { $0.isNaN || $0 > $1 ? $0 : $1 }
  }
}
