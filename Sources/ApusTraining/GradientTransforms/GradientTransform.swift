public import ApusGraph

/// Changes the gradients of all trained parameters before the optimizer sees them.
public protocol GradientTransform: Sendable {
  /// Emits the nodes of the new gradients, in the same order and with the same shapes.
  func callAsFunction(_ gradients: [Tensor]) -> [Tensor]

  /// Throws ``OptimizerError`` when a number is out of range.
  func validate() throws
}

/// ‖g‖₂ over all elements of all tensors together: a scalar.
///
/// Traps on an empty list, which has no graph.
public func jointNorm(of gradients: [Tensor]) -> Tensor {
  let squares = gradients.map { square($0).sum() }
  return sqrt(squares.dropFirst().reduce(squares[0]) { $0 + $1 })
}

func requirePositive(_ value: Double, _ what: String, of place: String) throws {
  guard value > 0, value.isFinite else {
    throw OptimizerError(place, what, mustBe: "positive", found: value)
  }
}

/// Added to norms so that a zero gradient does not divide 0 by 0; PyTorch's constant.
let normEpsilon = 1e-6
