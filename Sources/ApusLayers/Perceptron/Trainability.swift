public import ApusGraph

/// Parameters that backpropagation cannot move.
public struct UntrainableError: DiagnosableError, Hashable, Sendable {
  /// In order of declaration.
  public let paths: [String]
  /// The op that stands in every way to the output, such as `step`.
  public let op: String

  public var kind: ErrorKind { .usage }

  public var description: String {
    "backpropagation cannot train \(paths.joined(separator: ", ")): every path to the output goes "
      + "through \(op), whose gradient is zero almost everywhere; hint: use sigmoid instead, or "
      + "train a single step unit with the perceptron's own rule"
  }
}

extension BuiltModel {
  /// Throws ``UntrainableError`` when parameters reach the outputs only through ops without a slope:
  /// step, sign, floor, comparisons, whole numbers.
  public func checkTrainability() throws {
    let snapshot = try graph.snapshot()
    let roots = (outputs + penalties).map(\.id)
    let used = snapshot.ancestors(of: roots)
    var movable = [Bool](repeating: false, count: snapshot.nodes.count)
    for root in roots { movable[root.index] = true }
    for index in movable.indices.reversed() where movable[index] && snapshot[NodeID(index)].hasSlope
    {
      for input in snapshot.nodes[index].inputs { movable[input.index] = true }
    }
    let stuck = parameters.filter { parameter in
      guard let id = variable(parameter.path)?.id else { return false }
      return used[id.index] && !movable[id.index]
    }
    guard !stuck.isEmpty else { return }
    let barrier = snapshot.nodes.indices.last { movable[$0] && !snapshot.nodes[$0].hasSlope }
    throw UntrainableError(
      paths: stuck.map(\.path), op: barrier.map { snapshot.nodes[$0].op.name } ?? "step")
  }
}

extension Node {
  fileprivate var hasSlope: Bool {
    type.dtype.isFloatingPoint
      && !(op is Step || op is Sign || op is Floor || op is StopGradient)
  }
}
