public import ApusGraph

extension Literal: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    TensorData(doubles: [value], shape: [], dtype: dtype)
  }
}
