#if OneDNN
import ApusEngine
package import ApusGraph
import CDNNL

/// Whether oneDNN multiplies in bfloat16 here, found out once by multiplying.
package enum BFloat16Check {
  /// Why not; nil when it does.
  package static let refusal: String? = {
    let features = Machine.processorFeatures
    guard features.contains("avx512_bf16") || features.contains("amx_bf16") else {
      return "this processor has no bfloat16 products (avx512_bf16 or amx_bf16)"
    }
    guard OneDNN.version != nil else {
      return "bfloat16 products need oneDNN, which cannot be loaded"
    }
    let (m, n, k) = (48, 80, 96)
    let (a, b) = (numbers([m, k], 1), numbers([k, n], 2))
    guard let found = PackedOperands(a, b, rounds: true)?.multiply() else {
      return "oneDNN \(OneDNN.version ?? "") has no bfloat16 products for this processor"
    }
    let isRight = agrees(found, a, b)
    return isRight ? nil : "oneDNN's bfloat16 products are wrong on this processor"
  }()

  /// Whether a product is that of the rounded operands, but for the rounding of its sums.
  package static func agrees(_ found: TensorData, _ a: TensorData, _ b: TensorData) -> Bool {
    let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
    let (x, y) = (rounded(a), rounded(b))
    let values = found.doubles()
    for i in 0..<m {
      for j in 0..<n {
        var (sum, size) = (0.0, 0.0)
        for p in 0..<k {
          let product = x[i * k + p] * y[p * n + j]
          sum += product
          size += abs(product)
        }
        // NaN is no number that is close.
        guard abs(values[i * n + j] - sum) <= size * 1e-6 else { return false }
      }
    }
    return true
  }

  private static func rounded(_ data: TensorData) -> [Double] {
    data.converted(to: .bfloat16).doubles()
  }

  /// Numbers that bfloat16 rounds.
  private static func numbers(_ shape: [Int], _ seed: UInt64) -> TensorData {
    var random = RandomStream(seed: seed, purpose: .generate)
    let values = (0..<shape.reduce(1, *)).map { _ in random.uniformFloat() - 0.5 }
    return TensorData(values, shape: shape)
  }
}
#endif
