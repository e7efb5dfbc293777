public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension RandomNormal: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    var random = RandomStream(key: inputs[0], purpose: stream)
    let shape = result.shape.concrete ?? []
    let count = checkedElementCount(shape) ?? 0
    var values: [Double] = []
    while values.count < count {
      // u in (0, 1], so that the logarithm is finite; v in [0, 1).
      let (u, v) =
        result.dtype == .float32
        ? (Double(random.uniformFloat()) + 0x1p-24, Double(random.uniformFloat()))
        : (random.uniform() + 0x1p-53, random.uniform())
      let radius = (-2 * log(u)).squareRoot()
      values += [radius * cos(2 * .pi * v), radius * sin(2 * .pi * v)]
    }
    return TensorData(
      doubles: Array(values.prefix(count)), shape: shape, dtype: result.dtype)
  }
}
