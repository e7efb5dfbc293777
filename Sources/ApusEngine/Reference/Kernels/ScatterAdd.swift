public import ApusGraph

extension ScatterAdd: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) throws -> TensorData {
    let shape = result.shape.concrete ?? []
    let updates = inputs[0].doubles()
    let width = shape.dropFirst().reduce(1, *)
    var sums = [Double](repeating: 0, count: checkedElementCount(shape) ?? 0)
    for (source, row) in try rowNumbers(inputs[1], below: shape[0], op: name).enumerated() {
      for column in 0..<width { sums[row * width + column] += updates[source * width + column] }
    }
    return TensorData(doubles: sums, shape: shape, dtype: result.dtype)
  }
}
