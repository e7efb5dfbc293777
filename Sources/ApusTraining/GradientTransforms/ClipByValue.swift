public import ApusGraph

/// Limits every entry of a gradient to −limit … limit, which may turn its direction
/// (PyTorch's `clip_grad_value_`).
public struct ClipByValue: GradientTransform {
  public let limit: Double

  public init(_ limit: Double) { self.limit = limit }

  public func callAsFunction(_ gradients: [Tensor]) -> [Tensor] {
    gradients.map { clip($0, -limit, limit) }
  }

  public func validate() throws { try requirePositive(limit, "limit", of: "clip by value") }
}

extension GradientTransform where Self == ClipByValue {
  public static func value(_ limit: Double) -> ClipByValue { ClipByValue(limit) }
}
