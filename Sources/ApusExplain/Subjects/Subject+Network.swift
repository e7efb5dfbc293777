import ApusEngine
package import ApusGraph
package import ApusLayers

extension Subject {
  /// A network on given rows with its loss, or with one number as its result.
  ///
  /// As in training, a softmax in front of its cross-entropy is taken together with it; the
  /// probabilities are shown beside it.
  ///
  /// - Parameters:
  ///   - target: [N, outputs], or class numbers [N]; nil for the network's output alone.
  ///   - input: [N, …], prepared.
  ///   - rows: what the N rows are called; from 1 when nothing is said.
  package init(
    _ network: Network, loss: (any Loss)? = nil, input: TensorData, target: TensorData? = nil,
    rows: [Int]? = nil, notation: Notation = .words, title: String
  ) throws {
    let built = try network.build(.inference)
    guard built.inputs.count == 1, built.outputs.count == 1, input.shape.first ?? 0 > 0 else {
      throw SubjectError(
        "a network with one input and one output is needed, this one has \(built.inputs.count) and "
          + "\(built.outputs.count)")
    }
    var build = LossBuild(graph: built.graph, output: built.outputs[0])
    if let loss, let target {
      try build.add(loss, target: build.distribution(target, for: loss))
    }
    let result = built.penalties.reduce(build.result) { $0 + $1 }
    let program = try Program(
      built.graph, outputs: [("result", result)] + build.shown.map { ("shown", $0) })
    let bound = try BindSizes(["N": input.shape[0]]).run(
      Retype(.float32, to: .float64).run(program))
    self.init(
      header: ExplanationHeader(title: title, summary: "", notation: notation.rules.summary),
      graph: bound.graph, result: result.id,
      feeds: try Self.feeds(network, built, input, build))
    groups = Self.affineGroups(in: bound.graph, result: result.id) + build.groups
    header.seed = network.seed
    self.notation = notation
    rowNumbers = rows ?? Array(1...input.shape[0])
    hasPenalty = !built.penalties.isEmpty
    combination = loss?.reduction.rows == .mean ? .mean : .sum
    if let target = build.target { roles[target.id] = .target }
    lossNodes = Set(build.lossNodes.map(\.id))
    probabilities = build.shown.first?.id
    if loss != nil, target != nil {
      roles[result.id] = .loss
      lossTerms = build.terms?.id
      lossReduction = loss?.summary
      lossScale = build.scale
    }
    name(notation, build)
    if let loss, target != nil {
      header.loss = "\(notation.rules.loss) = \(loss.name): \(loss.summary)"
    }
  }

  private static func feeds(
    _ network: Network, _ built: BuiltModel, _ input: TensorData, _ build: LossBuild
  ) throws -> [NodeID: TensorData] {
    var feeds: [NodeID: TensorData] = [built.inputs[0].id: input]
    for path in network.parameters.paths + network.states.paths {
      guard let tensor = built.variable(path), let value = network.value(path) else { continue }
      feeds[tensor.id] = value.converted(to: .float64)
    }
    if let target = build.target { feeds[target.id] = build.targetValue }
    return feeds
  }

  /// A layer's product with its bias is one step: z = w·x + b.
  private static func affineGroups(in graph: GraphSnapshot, result: NodeID) -> [StepGroup] {
    var users = [Int](repeating: 0, count: graph.nodes.count)
    for node in graph.nodes { for input in node.inputs { users[input.index] += 1 } }
    return graph.nodes.indices.compactMap { index in
      let node = graph.nodes[index]
      guard node.op is Add, !node.scope.isEmpty, graph[node.inputs[1]].op is Parameter,
        graph[node.inputs[0]].op is MatMul, users[node.inputs[0].index] == 1
      else { return nil }
      return StepGroup(
        name: "affine", output: NodeID(index), members: [node.inputs[0], NodeID(index)])
    }
  }

  private mutating func name(_ notation: Notation, _ build: LossBuild) {
    let rules = notation.rules
    let roots = [result] + (probabilities.map { [$0] } ?? [])
    let steps = StepList(graph, roots: roots, groups: groups).steps
    if let layers = NetworkLayers(steps, graph) {
      let names = NetworkNames(layers: layers, rules: rules, rows: rowNumbers)
      self.names = names.names()
      header.summary = layers.summary
      header.equations = names.equations
    } else {
      header.summary = "layers \(Self.scopes(of: steps, graph).joined(separator: ", "))"
      nameByScope(steps)
    }
    // Behind the last layer something may follow, such as the way back to the target's unit.
    if names[build.output.id] == nil, build.target != nil {
      names[build.output.id] = TensorName("prediction", meaning: "the network's output")
    }
    if let probabilities, names[probabilities] == nil {
      names[probabilities] = TensorName(
        "p", meaning: "probabilities", symbolicShape: names[build.output.id]?.symbolicShape)
    }
    if let target = build.target {
      let shape = graph[target.id].type.shape.concrete ?? []
      let width = shape.dropFirst().reduce(1, *)
      names[target.id] = TensorName(
        rules.target(nil),
        elements: NetworkNames.inRows(rowNumbers, width) { rules.target($0) },
        meaning: "targets", symbolicShape: names[build.output.id]?.symbolicShape)
      let shown = names[build.output.id]?.shownShape
      names[target.id]?.shownShape = shown
    }
    if roles[result] == .loss { names[result] = TensorName(rules.loss, meaning: "the loss") }
    if let terms = build.terms, terms.id != result {
      var name = termNames(terms.id, of: build.output.id, rules.loss)
      if name.symbolicShape != nil { name.shownShape = names[build.output.id]?.shownShape }
      names[terms.id] = name
      if rowNumbers.count > 1, !hasPenalty, let divisor = build.scale?.divisor {
        names[result]?.formula = "Σ \(name.base)" + (divisor == 1 ? "" : "/\(divisor)")
      }
    }
  }

  /// The terms of a loss are called after the outputs: `L(y1)`.
  private func termNames(_ id: NodeID, of output: NodeID, _ loss: String) -> TensorName {
    let shape = graph[id].type.shape.concrete ?? []
    let outputs = graph[output].type.shape.concrete ?? []
    let name = names[output] ?? TensorName("y")
    guard shape == outputs else {
      return TensorName(
        "\(loss)(row)",
        elements: shape == [rowNumbers.count] ? rowNumbers.map { "\(loss)(row \($0))" } : [],
        meaning: "loss of each row")
    }
    return TensorName(
      "\(loss)(\(name.base))",
      elements: (0..<shape.reduce(1, *)).map { "\(loss)(\(name.element($0, of: shape)))" },
      meaning: "loss of each output", symbolicShape: name.symbolicShape)
  }

  private static func scopes(of steps: [TapeStep], _ graph: GraphSnapshot) -> [String] {
    var scopes: [String] = []
    for step in steps {
      let scope = String(graph[step.output].scope.prefix { $0 != "/" })
      if !scope.isEmpty, !scopes.contains(scope) { scopes.append(scope) }
    }
    return scopes
  }

  /// Where the layers are no simple chain, the last step of each is called after its layer.
  private mutating func nameByScope(_ steps: [TapeStep]) {
    var last: [String: NodeID] = [:]
    for step in steps where !graph[step.output].scope.isEmpty {
      last[graph[step.output].scope] = step.output
    }
    for (scope, id) in last where id != result { names[id] = TensorName(scope, layer: scope) }
    for step in steps {
      for operand in step.operands where graph[operand.source].op.variable != nil {
        names[operand.source] = TensorName(
          graph[operand.source].op.leaf?.label ?? "", layer: graph[operand.source].scope)
      }
    }
  }
}

/// A network that cannot be explained as it is.
struct SubjectError: DiagnosableError {
  let description: String

  let kind: ErrorKind

  init(_ description: String, _ kind: ErrorKind = .badData) {
    self.description = "explain: \(description)"
    self.kind = kind
  }
}
