public import ApusGraph

extension Graph {
  /// Computes tensors with the reference engine.
  ///
  /// ```swift
  /// let values = try graph.evaluate([f] + slopes, feeding: [x1: 3, x2: 4, w1: 2])
  /// ```
  ///
  /// - Parameter feeds: a value for every input and variable that the tensors need; converted to
  ///   the leaf's element type. Symbols of input shapes take their sizes from here.
  /// - Throws: the graph's first mistake, or ``FeedError``.
  public func evaluate(
    _ tensors: [Tensor], feeding feeds: [Tensor: TensorData] = [:]
  ) throws -> [TensorData] {
    let program = try Program(
      self, outputs: tensors.enumerated().map { ("\($0)", $1) })
    let sizes = try inferredSizes(feeds)
    let bound = try BindSizes(sizes.merging(program.unfedSymbols(sizes)) { a, _ in a })
      .run(program)
    let values = try ReferenceEngine.values(of: bound) { id in
      let leaf = tensor(id)
      let name = leaf.op?.leaf?.label ?? "\(id)"
      guard let value = feeds[leaf] else { throw FeedError.missing(name: name) }
      let expected = bound.graph[id].type
      guard Shape(value.shape) == expected.shape else {
        throw FeedError.shape(name: name, expected: expected.shape, found: value.shape)
      }
      return value.converted(to: expected.dtype)
    }
    return tensors.compactMap { values[$0.id.index] }
  }

  /// Reads the sizes of symbols off the shapes of the feeds.
  private func inferredSizes(_ feeds: [Tensor: TensorData]) throws -> [String: Int] {
    var sizes: [String: Int] = [:]
    for (tensor, data) in feeds where tensor.rank == data.shape.count {
      for (dimension, count) in zip(tensor.shape.dimensions, data.shape) {
        guard let symbol = dimension.symbol, dimension.coefficient > 0 else { continue }
        let size = count / dimension.coefficient
        guard sizes[symbol] == nil || sizes[symbol] == size else {
          throw FeedError.conflict(symbol: symbol)
        }
        sizes[symbol] = size
      }
    }
    return sizes
  }
}

extension Program {
  /// Symbols of inputs that no feed gives a size; such inputs are not needed, so any size will do.
  fileprivate func unfedSymbols(_ sizes: [String: Int]) -> [String: Int] {
    var result: [String: Int] = [:]
    for symbol in symbols where sizes[symbol] == nil { result[symbol] = 1 }
    return result
  }
}

/// Numbers that do not fit the inputs of a graph.
public enum FeedError: DiagnosableError, Hashable, Sendable {
  case missing(name: String)
  case shape(name: String, expected: Shape, found: [Int])
  case conflict(symbol: String)

  public var kind: ErrorKind { .usage }

  public var description: String {
    switch self {
    case .missing(let name): "no value was given for '\(name)'"
    case .shape(let name, let expected, let found):
      "'\(name)' has the shape \(expected), got \(found)"
    case .conflict(let symbol): "the inputs disagree about the size of \(symbol)"
    }
  }
}
