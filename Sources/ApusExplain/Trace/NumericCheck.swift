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
    try slopes(of: id, element: element) { [try result(with: id, $0)] }.first ?? 0
  }

  /// The same for several numbers that follow from the node's value.
  func slopes(
    of id: NodeID, element: Int, _ numbers: (TensorData) throws -> [Double]
  ) throws -> [Double] {
    guard let value = trace.value(id), (0..<value.count).contains(element) else { return [] }
    var direction = [Double](repeating: 0, count: value.count)
    direction[element] = 1
    let size = value.doubles()[element].magnitude
    return try slopes(
      of: id, along: direction, step: max(Self.epsilon, size * 1e-6), numbers)
  }

  /// The slope along a direction; along the gradient divided by its norm it is that norm.
  package func slope(of id: NodeID, along direction: [Double]) throws -> Double {
    try slopes(of: id, along: direction, step: Self.epsilon) { [try result(with: id, $0)] }.first
      ?? 0
  }

  private func result(with id: NodeID, _ value: TensorData) throws -> Double {
    try trace.result(with: id, as: value)?.scalar ?? .nan
  }

  private func slopes(
    of id: NodeID, along direction: [Double], step: Double,
    _ numbers: (TensorData) throws -> [Double]
  ) throws -> [Double] {
    guard let value = trace.value(id), direction.count == value.count else { return [] }
    let own = value.doubles()
    func moved(_ sign: Double) throws -> [Double] {
      let changed = zip(own, direction).map { $0 + sign * step * $1 }
      return try numbers(TensorData(doubles: changed, shape: value.shape, dtype: value.dtype))
    }
    return zip(try moved(1), try moved(-1)).map { ($0 - $1) / (2 * step) }
  }
}
