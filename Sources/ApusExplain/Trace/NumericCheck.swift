package import ApusGraph

/// Gradients by central differences: the result is computed twice for each, with one number a
/// little larger and a little smaller. Owes nothing to any derivative rule.
package struct NumericCheck: Sendable {
  /// The step for numbers up to 10; larger ones move by a millionth of themselves.
  package static let epsilon = 1e-5

  let trace: Trace

  package init(_ trace: Trace) { self.trace = trace }

  /// ∂result/∂x for one element of a node: (f(x + ε) − f(x − ε)) / 2ε, its error about ε²/6·f‴ and
  /// the rounding of f over 2ε.
  package func slope(of id: NodeID, element: Int) throws -> Double {
    guard let value = trace.value(id) else { return 0 }
    var direction = [Double](repeating: 0, count: value.count)
    guard direction.indices.contains(element) else { return 0 }
    direction[element] = 1
    let size = value.doubles()[element].magnitude
    return try slope(of: id, along: direction, step: max(Self.epsilon, size * 1e-6))
  }

  /// The slope along a direction; along the gradient divided by its norm it is that norm.
  package func slope(
    of id: NodeID, along direction: [Double], step: Double = epsilon
  ) throws -> Double {
    guard let value = trace.value(id), direction.count == value.count else { return 0 }
    let numbers = value.doubles()
    func moved(_ sign: Double) throws -> Double {
      let changed = zip(numbers, direction).map { $0 + sign * step * $1 }
      let data = TensorData(doubles: changed, shape: value.shape, dtype: value.dtype)
      return try trace.result(with: id, as: data)?.scalar ?? .nan
    }
    return (try moved(1) - moved(-1)) / (2 * step)
  }
}
