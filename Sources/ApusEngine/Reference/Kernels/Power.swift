public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Power: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.zip(inputs[0], inputs[1], result) { pow($0, $1) }
  }
}
