import ApusEngine
import ApusGraph

extension OpHarness {
  /// The largest error divided by the largest entry of a gradient.
  static let derivativeTolerance = 1e-7

  static func checkFirstDerivative(_ call: OpCall) throws {
    let sum = call.weightedSum(call.output)
    try GradientCheck(call.graph, of: sum, with: call.floating, feeding: call.feeds)
      .run("first derivative", within: derivativeTolerance)
  }

  /// Checks the gradient of a weighted sum of the first gradients. Returns whether there was a
  /// gradient to differentiate.
  static func checkSecondDerivative(_ call: OpCall) throws -> Bool {
    let slopes = call.graph.gradients(of: call.weightedSum(call.output), with: call.floating)
    let sums = slopes.enumerated().map { call.weightedSum($1, UInt64($0) + 2) }
    guard let first = sums.first else { return false }
    let sum = sums.dropFirst().reduce(first, +)
    try GradientCheck(call.graph, of: sum, with: call.floating, feeding: call.feeds)
      .run("second derivative", within: derivativeTolerance)
    return true
  }

  /// u · (J v) = (Jᵀ u) · v.
  static func checkProducts(_ call: OpCall) throws {
    let u = call.weights(like: call.output, 11)
    for (position, input) in call.floating.enumerated() {
      let v = call.weights(like: input, UInt64(position) + 12)
      let forward = call.graph.jacobianVectorProduct(of: call.output, with: input, along: v)
      let backward = call.graph.gradient(of: call.output, with: input, upstream: u)
      let products = try call.graph.evaluate(
        [(u * forward).sum(), (backward * v).sum()], feeding: call.feeds)
      try products[0].expectClose(
        to: products[1], within: 1e-12,
        "Jacobian-vector against vector-Jacobian product, input \(position)")
    }
  }
}
