public import ApusGraph

extension Concatenate: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    // Seen as [outer, size, inner], each operand adds its block to every outer row.
    let shape = result.shape.concrete ?? []
    let outer = shape[..<axis].reduce(1, *)
    let parts = inputs.map { (values: $0.doubles(), row: $0.shape[axis...].reduce(1, *)) }
    var joined: [Double] = []
    for row in 0..<outer {
      for part in parts { joined += part.values[row * part.row..<(row + 1) * part.row] }
    }
    return TensorData(doubles: joined, shape: shape, dtype: result.dtype)
  }
}
