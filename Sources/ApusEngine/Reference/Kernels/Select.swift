public import ApusGraph

extension Select: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let shape = result.shape.concrete ?? []
    let parts = inputs.map { ReferenceLoops.broadcast($0, to: shape) }
    let chosen = parts[0].indices.map { parts[0][$0] != 0 ? parts[1][$0] : parts[2][$0] }
    return TensorData(doubles: chosen, shape: shape, dtype: result.dtype)
  }
}
