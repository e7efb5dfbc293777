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
    precondition(
      a.dtype == .float32 && b.dtype == .float32 && a.shape.count == 2 && b.shape.count == 2,
      "OneDNN.multiply: takes two float32 matrices, got \(a.type) and \(b.type)")
    let (m, k) = transposesA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let (depth, n) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    precondition(
      k == depth, "OneDNN.multiply: \(a.shape) and \(b.shape) share no inner side")
    var c = TensorData(zeros: [m, n], dtype: .float32)
    let isDone = a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        c.withUnsafeMutableBytes { c in
          apus_dnnl_sgemm(
            transposesA ? 1 : 0, transposesB ? 1 : 0, Int64(m), Int64(n), Int64(k),
            a.bindMemory(to: Float.self).baseAddress, b.bindMemory(to: Float.self).baseAddress,
            c.bindMemory(to: Float.self).baseAddress, Int64(times))
        }
      }
    }
    return isDone != 0 ? c : nil
  }
}
#endif
