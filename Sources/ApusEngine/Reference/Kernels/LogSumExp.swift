public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension LogSumExp: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.reduce(inputs[0], axes: [axis], result) { terms in
      let largest = terms.reduce(-.infinity) { $0.isNaN || $0 > $1 ? $0 : $1 }
      guard largest.isFinite else { return largest }
      return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
    }
  }
}
