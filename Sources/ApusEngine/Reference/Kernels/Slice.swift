public import ApusGraph

extension Slice: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let own = ReferenceLoops.strides(of: inputs[0].shape)
    return ReferenceLoops.strided(
      inputs[0], start: zip(starts, own).reduce(0) { $0 + $1.0 * $1.1 },
      strides: zip(strides, own).map { $0 * $1 }, shape: result.shape.concrete ?? [])
  }
}
