public import ApusGraph

/// Shortens all gradients together, so that the step keeps its direction:
/// g ← g·min(1, limit / (‖g‖₂ + 1e-6)) with ‖g‖₂ over all parameters (Pascanu, Mikolov and
/// Bengio 2013; the 1e-6 is PyTorch's `clip_grad_norm_`).
public struct ClipByGlobalNorm: GradientTransform {
  public let limit: Double

  public init(_ limit: Double) { self.limit = limit }

  public func callAsFunction(_ gradients: [Tensor]) -> [Tensor] {
    guard !gradients.isEmpty else { return [] }
    let scale = min(limit / (jointNorm(of: gradients) + normEpsilon), 1)
    return gradients.map { $0 * scale }
  }

  public func validate() throws { try requirePositive(limit, "limit", of: "clip by global norm") }
}

extension GradientTransform where Self == ClipByGlobalNorm {
  public static func globalNorm(_ limit: Double) -> ClipByGlobalNorm { ClipByGlobalNorm(limit) }
}
