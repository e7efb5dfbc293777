public import ApusGraph

extension Graph {
  /// The forward and backward pass of a tensor with every number, in Float64.
  ///
  /// ```swift
  /// let graph = Graph()
  /// let (x, w) = (graph.input("x"), graph.parameter("w"))
  /// print(try graph.explanation(of: relu(w * x), feeding: [x: 3, w: 2]))
  /// ```
  ///
  /// - Parameters:
  ///   - result: what is explained; with one number it has gradients.
  ///   - feeds: a value for every input and variable that it needs. Symbols of input shapes take their
  ///     sizes from here.
  /// - Throws: the graph's first mistake, or `FeedError`.
  public func explanation(
    of result: Tensor, feeding feeds: [Tensor: TensorData],
    options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    let program = try Program(self, outputs: [("result", result)])
    let sizes = Self.sizes(of: feeds).merging(program.symbols.map { ($0, 1) }) { own, _ in own }
    let bound = try BindSizes(sizes).run(Retype(.float32, to: .float64).run(program))
    var values: [NodeID: TensorData] = [:]
    for (tensor, data) in feeds where tensor.graph === self { values[tensor.id] = data }
    var subject = Subject(
      header: ExplanationHeader(title: "graph", summary: result.expression), graph: bound.graph,
      result: result.id, feeds: values)
    for (index, node) in bound.graph.nodes.enumerated() {
      guard let leaf = node.op.leaf else { continue }
      subject.names[NodeID(index)] = TensorName(leaf.label, layer: node.scope)
    }
    let isNamed = subject.names.values.contains { $0.base == "F" }
    if subject.names[result.id] == nil {
      subject.names[result.id] = TensorName(isNamed ? "result" : "F")
    }
    return try Explainer.explanation(of: subject, options: options)
  }

  private static func sizes(of feeds: [Tensor: TensorData]) -> [String: Int] {
    var sizes: [String: Int] = [:]
    for (tensor, data) in feeds where tensor.rank == data.shape.count {
      for (dimension, count) in zip(tensor.shape.dimensions, data.shape) {
        guard let symbol = dimension.symbol, dimension.coefficient > 0 else { continue }
        sizes[symbol] = count / dimension.coefficient
      }
    }
    return sizes
  }
}

extension Explanation: CustomStringConvertible {
  /// The text of 80 columns.
  public var description: String { text() }
}
