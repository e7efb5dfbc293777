public import ApusGraph

extension ElementCount: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let count = axes.reduce(1.0) { $0 * Double(inputs[0].shape[$1]) }
    return TensorData(doubles: [count], shape: [], dtype: result.dtype)
  }
}
