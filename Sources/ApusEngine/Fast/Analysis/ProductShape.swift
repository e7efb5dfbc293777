import ApusGraph

/// The sizes and strides of a matrix product, leading axes folded.
package struct ProductShape: Hashable, Sendable {
  package var m: Int
  package var n: Int
  package var k: Int
  package var batch: Int
  package var transposeA: Bool
  package var transposeB: Bool
  /// Whether one matrix serves the whole batch.
  package var sharesA: Bool
  package var sharesB: Bool

  /// nil when leading axes broadcast in a way that no stride describes; see ExplicitBroadcasts.
  init?(_ op: MatMul, _ a: [Int], _ b: [Int], _ result: [Int]) {
    (transposeA, transposeB) = (op.transposeA, op.transposeB)
    (m, n) = (result[result.count - 2], result[result.count - 1])
    k = a[a.count - (op.transposeA ? 2 : 1)]
    batch = result.dropLast(2).reduce(1, *)
    let batchA = a.dropLast(2).reduce(1, *)
    let batchB = b.dropLast(2).reduce(1, *)
    guard batchA == 1 || batchA == batch, batchB == 1 || batchB == batch else { return nil }
    (sharesA, sharesB) = (batchA == 1, batchB == 1)
    if sharesB, !transposeA, batchA == batch {
      // [batch, m, k] · [k, n] is one product of batch · m rows.
      m *= batch
      batch = 1
    }
  }

  package var flops: Int { 2 * m * n * k * batch }
}
