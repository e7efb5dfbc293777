public import ApusGraph

extension Rsqrt: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.map(inputs[0], result) { 1 / $0.squareRoot() }
  }
}
