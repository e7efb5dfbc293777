public import ApusGraph

extension Constant: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    data
  }
}
