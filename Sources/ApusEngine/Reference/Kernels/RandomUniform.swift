public import ApusGraph

extension RandomUniform: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    var random = RandomStream(key: inputs[0], purpose: stream)
    let shape = result.shape.concrete ?? []
    let count = checkedElementCount(shape) ?? 0
    let values = (0..<count).map { _ in
      result.dtype == .float32 ? Double(random.uniformFloat()) : random.uniform()
    }
    return TensorData(doubles: values, shape: shape, dtype: result.dtype)
  }
}
