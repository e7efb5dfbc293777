#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A slip of the pen on the way through a network of sigmoids.
enum Slip: Hashable, Sendable, CaseIterable {
  case noBias, biasAcross, noSigma, noLastSigma, flippedSigma, noTranspose
  case noSigmaSlope, noLastSigmaSlope, noHiddenSigmaSlope, forgottenTwo, notDivided
  case dividedByOutputs, dividedByAll, wrongSign
}

/// The lecture's network in plain loops, with slips: it computes what a student would get who makes
/// them. Without any it agrees with the engine.
struct LectureNetwork {
  let given: ChallengeCase
  var slips: Set<Slip> = []

  init(_ given: ChallengeCase, _ slips: Slip...) {
    self.given = given
    self.slips = Set(slips)
  }

  /// 1 / (1 + e⁻ᶻ).
  static func sigma(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

  /// One layer: σ(w·a + b), a column per sample.
  func layer(_ index: Int, _ a: Matrix) -> Matrix {
    let (w, b) = (given.w[index], given.b[index])
    let product = w * a
    let z = Matrix(rows: product.rows, columns: product.columns) { row, column in
      if slips.contains(.noBias) { return product[row, column] }
      let isAcross = slips.contains(.biasAcross) && product.columns == product.rows
      return product[row, column] + b[isAcross ? column : row, 0]
    }
    let isLast = index == given.w.count - 1
    if slips.contains(.noSigma) || slips.contains(.noLastSigma) && isLast { return z }
    return z.map { Self.sigma(slips.contains(.flippedSigma) ? -$0 : $0) }
  }

  /// a(0) = Xᵀ, a(1), …, the output.
  var activations: [Matrix] {
    var all = [given.x.transposed]
    for index in given.w.indices { all.append(layer(index, all[index])) }
    return all
  }

  var outputs: Matrix { activations[activations.count - 1] }

  /// δ = 2(ŷ − y)/m ∘ σ′, then backwards through wᵀ; ∂w = δ·aᵀ, ∂b = δ summed over the samples.
  var gradient: LectureGradient {
    let a = activations
    let count = given.w.count
    var delta = a[count].combined(with: given.y.transposed) { ($0 - $1) * costFactor }
    var (w, b) = (given.w, given.b)
    for index in (0..<count).reversed() {
      if usesSlope(layer: index) {
        delta = delta.combined(with: a[index + 1]) { $0 * $1 * (1 - $1) }
      }
      w[index] = delta * a[index].transposed
      b[index] = Matrix(rows: delta.rows, columns: 1) { row, _ in
        (0..<delta.columns).reduce(0) { $0 + delta[row, $1] }
      }
      delta = given.w[index].transposed * delta
    }
    return LectureGradient(w: w, b: b)
  }

  private var costFactor: Double {
    let (m, outputs) = (Double(given.y.rows), Double(given.y.columns))
    var factor = slips.contains(.forgottenTwo) ? 1.0 : 2.0
    if slips.contains(.wrongSign) { factor = -factor }
    if slips.contains(.notDivided) { return factor }
    if slips.contains(.dividedByOutputs) { return factor / outputs }
    return factor / (slips.contains(.dividedByAll) ? m * outputs : m)
  }

  private func usesSlope(layer: Int) -> Bool {
    let isLast = layer == given.w.count - 1
    return !slips.contains(.noSigmaSlope) && !(slips.contains(.noLastSigmaSlope) && isLast)
      && !(slips.contains(.noHiddenSigmaSlope) && !isLast)
  }
}
