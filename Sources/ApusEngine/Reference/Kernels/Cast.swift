public import ApusGraph

extension Cast: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    inputs[0].converted(to: result.dtype)
  }
}
