public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Softplus: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.map(inputs[0], result) { softplus($0) }
  }
}

private func softplus(_ x: Double) -> Double {
  x.isNaN ? x : max(x, 0) + log1p(exp(-abs(x)))
}
