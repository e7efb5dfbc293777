#if OneDNN
public import ApusGraph
import CDNNL

extension OneDNN {
  /// A [m, k] · B [k, n] = [m, n] by `dnnl_sgemm` on one thread, `times` times over; nil when the
  /// library cannot be loaded.
  ///
  /// - Parameters:
  ///   - a: [m, k], or [k, m] when `transposesA`; float32.
  ///   - b: [k, n], or [n, k] when `transposesB`; float32.
  public static func multiply(
    _ a: TensorData, transposesA: Bool, _ b: TensorData, transposesB: Bool, times: Int = 1
  ) -> TensorData? {
    let sizes = ProductSizes(a, transposesA, b, transposesB)
    var c = TensorData(zeros: [sizes.m, sizes.n], dtype: .float32)
    let isDone = a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        c.withUnsafeMutableBytes { c in
          apus_dnnl_sgemm(
            transposesA ? 1 : 0, transposesB ? 1 : 0, Int64(sizes.m), Int64(sizes.n),
            Int64(sizes.k), a.bindMemory(to: Float.self).baseAddress,
            b.bindMemory(to: Float.self).baseAddress, c.bindMemory(to: Float.self).baseAddress,
            Int64(times))
        }
      }
    }
    return isDone != 0 ? c : nil
  }
}

/// Two matrices packed for oneDNN's matrix product, to be multiplied on one thread, one caller at a
/// time.
public final class PackedOperands {
  private let pair: OpaquePointer
  private let sides: (m: Int, n: Int)

  /// Nil when oneDNN, or a fast loop of that type for this processor, is not to be had.
  ///
  /// - Parameters:
  ///   - a: [m, k], or [k, m] when `transposesA`; float32.
  ///   - b: [k, n], or [n, k] when `transposesB`; float32.
  ///   - rounds: whether both are rounded to bfloat16; sums and result are float32.
  public init?(
    _ a: TensorData, transposesA: Bool = false, _ b: TensorData, transposesB: Bool = false,
    rounds: Bool
  ) {
    let sizes = ProductSizes(a, transposesA, b, transposesB)
    var pieces = apus_dnnl_pieces()
    (pieces.m, pieces.n, pieces.k) = (Int64(sizes.m), Int64(sizes.n), Int64(sizes.k))
    (pieces.transpose_a, pieces.transpose_b) = (transposesA ? 1 : 0, transposesB ? 1 : 0)
    pieces.rounds = rounds ? 1 : 0
    let pair = a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        apus_dnnl_packed_pair_create(
          &pieces, a.bindMemory(to: Float.self).baseAddress,
          b.bindMemory(to: Float.self).baseAddress)
      }
    }
    guard let pair else { return nil }
    self.pair = pair
    sides = (sizes.m, sizes.n)
  }

  deinit { apus_dnnl_packed_pair_destroy(pair) }

  /// The product [m, n], computed `times` times over; nil when there is no memory for it.
  public func multiply(times: Int = 1) -> TensorData? {
    var c = TensorData(zeros: [sides.m, sides.n], dtype: .float32)
    let isDone = c.withUnsafeMutableBytes {
      apus_dnnl_packed_pair_multiply(
        pair, $0.bindMemory(to: Float.self).baseAddress, Int64(times))
    }
    return isDone != 0 ? c : nil
  }
}

/// The sides of two matrices that are multiplied. Traps when they do not fit.
private struct ProductSizes {
  let m, n, k: Int

  init(_ a: TensorData, _ transposesA: Bool, _ b: TensorData, _ transposesB: Bool) {
    precondition(
      a.dtype == .float32 && b.dtype == .float32 && a.shape.count == 2 && b.shape.count == 2,
      "OneDNN: takes two float32 matrices, got \(a.type) and \(b.type)")
    let (m, k) = transposesA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let (depth, n) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    precondition(k == depth, "OneDNN: \(a.shape) and \(b.shape) share no inner side")
    (self.m, self.n, self.k) = (m, n, k)
  }
}
#endif
