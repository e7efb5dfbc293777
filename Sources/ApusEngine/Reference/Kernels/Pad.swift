public import ApusGraph

extension Pad: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let shape = result.shape.concrete ?? []
    let own = ReferenceLoops.strides(of: shape)
    let x = inputs[0].doubles()
    var padded = [Double](repeating: value, count: checkedElementCount(shape) ?? 0)
    for (position, index) in ReferenceLoops.indices(of: inputs[0].shape).enumerated() {
      let target = index.indices.reduce(0) { offset, axis in
        offset + (low[axis] + index[axis] * (interior[axis] + 1)) * own[axis]
      }
      padded[target] = x[position]
    }
    return TensorData(doubles: padded, shape: shape, dtype: result.dtype)
  }
}
