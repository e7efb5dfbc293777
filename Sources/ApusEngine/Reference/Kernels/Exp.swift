public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Exp: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.map(inputs[0], result) { exp($0) }
  }
}
