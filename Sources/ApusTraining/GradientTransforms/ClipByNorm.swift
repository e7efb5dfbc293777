public import ApusGraph

/// Shortens each parameter's gradient on its own: g ← g·min(1, limit / (‖g‖₂ + 1e-6)).
public struct ClipByNorm: GradientTransform {
  public let limit: Double

  public init(_ limit: Double) { self.limit = limit }

  public func callAsFunction(_ gradients: [Tensor]) -> [Tensor] {
    gradients.map { $0 * min(limit / (jointNorm(of: [$0]) + normEpsilon), 1) }
  }

  public func validate() throws { try requirePositive(limit, "limit", of: "clip by norm") }
}

extension GradientTransform where Self == ClipByNorm {
  public static func norm(_ limit: Double) -> ClipByNorm { ClipByNorm(limit) }
}
