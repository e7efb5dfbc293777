public import ApusGraph

extension Broadcast: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    TensorData(
      doubles: ReferenceLoops.broadcast(inputs[0], to: result.shape.concrete ?? []),
      shape: result.shape.concrete ?? [], dtype: result.dtype)
  }
}
