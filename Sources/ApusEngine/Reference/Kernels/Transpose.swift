public import ApusGraph

extension Transpose: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let shape = result.shape.concrete ?? []
    let own = ReferenceLoops.strides(of: inputs[0].shape)
    return ReferenceLoops.strided(
      inputs[0], start: 0, strides: permutation.map { own[$0] }, shape: shape)
  }
}
