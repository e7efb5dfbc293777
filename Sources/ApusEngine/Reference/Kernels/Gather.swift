public import ApusGraph

extension Gather: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) throws -> TensorData {
    let x = inputs[0].doubles()
    let width = inputs[0].shape.dropFirst().reduce(1, *)
    var rows: [Double] = []
    for row in try rowNumbers(inputs[1], below: inputs[0].shape[0], op: name) {
      rows += x[row * width..<(row + 1) * width]
    }
    return TensorData(doubles: rows, shape: result.shape.concrete ?? [], dtype: result.dtype)
  }
}
