public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Sigmoid: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.map(inputs[0], result) { logistic($0) }
  }
}

/// The exponent is never positive, so nothing overflows.
private func logistic(_ x: Double) -> Double {
  if x >= 0 { return 1 / (1 + exp(-x)) }
  let e = exp(x)
  return e / (1 + e)
}
