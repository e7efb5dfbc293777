import ApusGraph

extension BuiltModel {
  /// One row per layer that computes or declares something itself.
  func summary() throws -> Summary {
    let snapshot = try graph.snapshot()
    var nodes: [String: [Int]] = [:]
    for (index, node) in snapshot.nodes.enumerated() {
      nodes[node.scope, default: []].append(index)
    }
    let containers = Set(layers.flatMap { ancestors(of: $0.path) })
    let rows = layers.compactMap { layer -> Summary.Row? in
      let own = nodes[layer.path] ?? []
      if own.isEmpty, containers.contains(layer.path) { return nil }
      return row(layer, own.map { snapshot.nodes[$0] }, snapshot)
    }
    return Summary(rows: rows + remainder(excluding: Set(rows.map(\.name)), nodes, snapshot))
  }

  /// What a model computes or declares outside of any layer.
  private func remainder(
    excluding names: Set<String>, _ nodes: [String: [Int]], _ snapshot: GraphSnapshot
  ) -> [Summary.Row] {
    let own = parameters.filter { $0.layer.isEmpty }
    guard !names.contains(""), !own.isEmpty, let output = outputs.first else { return [] }
    let result = LayerResult(path: "", type: output.type)
    return [row(result, (nodes[""] ?? []).map { snapshot.nodes[$0] }, snapshot)]
  }

  private func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return parts.indices.dropFirst().map { parts[..<$0].joined(separator: "/") }
  }

  private func row(
    _ layer: LayerResult, _ nodes: [Node], _ snapshot: GraphSnapshot
  ) -> Summary.Row {
    let own = parameters.filter { $0.layer == layer.path }
    let count = own.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let fixed = states.filter { layerPath($0.path) == layer.path }
    return Summary.Row(
      name: layer.path.isEmpty ? "model" : layer.path, outputShape: layer.type.shape,
      parameters: count, states: fixed.reduce(0) { $0 + $1.initial.count },
      formula: own.map(\.product).joined(separator: "+"),
      operationsPerRow: nodes.reduce(0) { $0 + $1.operationsPerRow(in: snapshot) },
      parameterBytes: count * DType.float32.byteCount
        + fixed.reduce(0) { $0 + $1.initial.byteCount },
      activationBytesPerRow: nodes.filter { !$0.type.shape.symbols.isEmpty }
        .reduce(0) { $0 + $1.type.elementsPerRow * $1.type.dtype.byteCount })
  }
}

/// The layer that a variable belongs to: `residual_1/dense_2.weight` → `residual_1/dense_2`.
private func layerPath(_ path: String) -> String {
  path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
}

extension ParameterSpec {
  fileprivate var layer: String { layerPath(path) }

  /// `784·30` for the shape [30, 784]: inputs first, as people multiply.
  fileprivate var product: String {
    shape.isEmpty ? "1" : shape.reversed().map { "\($0)" }.joined(separator: "·")
  }
}

extension TensorType {
  /// The number of elements for one row.
  fileprivate var elementsPerRow: Int { shape.dimensions.reduce(1) { $0 * $1.coefficient } }
}

extension Node {
  fileprivate func operationsPerRow(in graph: GraphSnapshot) -> Int {
    if let product = op as? MatMul {
      let shape = graph[inputs[0]].type.shape
      let inner = shape[shape.rank - (product.transposeA ? 2 : 1)].coefficient
      return 2 * inner * type.elementsPerRow
    }
    if op.leaf != nil || inputs.isEmpty || Self.moves(op) { return 0 }
    return inputs.map { graph[$0].type.elementsPerRow }.reduce(type.elementsPerRow, Swift.max)
  }

  /// Whether an op only moves numbers.
  private static func moves(_ op: any Primitive) -> Bool {
    op is ApusGraph.Reshape || op is Broadcast || op is Identity || op is Transpose
      || op is StopGradient
  }
}
