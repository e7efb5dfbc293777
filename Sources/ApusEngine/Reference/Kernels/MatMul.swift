public import ApusGraph

extension MatMul: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let shape = result.shape.concrete ?? []
    let (m, n) = (shape[shape.count - 2], shape[shape.count - 1])
    let k = inputs[0].shape[inputs[0].shape.count - (transposeA ? 2 : 1)]
    let batch = Array(shape.dropLast(2))
    let (a, b) = (inputs[0].doubles(), inputs[1].doubles())
    let aStarts = matrixStarts(inputs[0].shape, batch: batch)
    let bStarts = matrixStarts(inputs[1].shape, batch: batch)
    // Element (i, l) of op(A) and (l, j) of op(B), from the start of each matrix.
    let (aRow, aColumn) = transposeA ? (1, m) : (k, 1)
    let (bRow, bColumn) = transposeB ? (1, k) : (n, 1)
    var c: [Double] = []
    c.reserveCapacity(aStarts.count * m * n)
    for (aStart, bStart) in zip(aStarts, bStarts) {
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for l in 0..<k {
            sum += a[aStart + i * aRow + l * aColumn] * b[bStart + l * bRow + j * bColumn]
          }
          c.append(sum)
        }
      }
    }
    return TensorData(doubles: c, shape: shape, dtype: result.dtype)
  }

  /// Where the matrix for each index of the broadcast leading axes starts, in elements.
  private func matrixStarts(_ shape: [Int], batch: [Int]) -> [Int] {
    let leading = Array(shape.dropLast(2))
    let size = shape[shape.count - 2] * shape[shape.count - 1]
    let strides = ReferenceLoops.stretchedStrides(of: leading, to: batch)
    return ReferenceLoops.indices(of: batch).map { index in
      zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * size
    }
  }
}
