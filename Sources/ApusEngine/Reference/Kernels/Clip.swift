public import ApusGraph

extension Clip: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    // NaN compares false twice and stays.
    ReferenceLoops.map(inputs[0], result) { $0 < low ? low : $0 > high ? high : $0 }
  }
}
