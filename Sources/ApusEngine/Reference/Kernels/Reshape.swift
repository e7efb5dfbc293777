public import ApusGraph

extension Reshape: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    inputs[0].reshaped(to: result.shape.concrete ?? [])
  }
}
