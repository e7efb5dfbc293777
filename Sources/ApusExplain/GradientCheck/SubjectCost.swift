import ApusEngine
import ApusGraph
import ApusLayers
import ApusTraining

/// The result of a subject as a function of its parameters. Of a result with several numbers it is
/// their sum.
struct SubjectCost: CheckedCost {
  let parameters: ParameterStore
  let precision: DType
  private let program: Program
  private let cost: NodeID
  private let nodes: [NodeID]
  private let feeds: [NodeID: TensorData]

  init(_ subject: Subject, precision: DType = .float64) throws {
    var parameters = ParameterStore()
    var nodes: [NodeID] = []
    for (index, node) in subject.graph.nodes.enumerated() {
      let id = NodeID(index)
      guard subject.role(of: id) == .parameter, let label = node.op.leaf?.label,
        let value = subject.feeds[id]
      else { continue }
      nodes.append(id)
      parameters[label] = value.converted(to: .float64)
    }
    let graph = Graph(subject.graph)
    let result = graph.tensor(subject.result)
    let cost = result.shape.concrete == [] ? result : result.sum()
    let program = try Program(graph, outputs: [("cost", cost)])
    self.program =
      precision == .float64 ? program : try Retype(.float64, to: precision).run(program)
    self.parameters = parameters
    self.precision = precision
    self.cost = cost.id
    self.nodes = nodes
    feeds = subject.feeds
  }

  func callAsFunction(_ parameters: ParameterStore) throws -> Double {
    try trace(parameters).value(cost)?.scalar ?? .nan
  }

  func gradient(at parameters: ParameterStore) throws -> ParameterStore {
    let found = try trace(parameters).gradients(with: nodes)
    var gradients = ParameterStore()
    for (path, node) in zip(self.parameters.paths, nodes) {
      gradients[path] = found[node]?.converted(to: .float64)
    }
    return gradients
  }

  private func trace(_ parameters: ParameterStore) throws -> Trace {
    var feeds = feeds
    for (path, node) in zip(self.parameters.paths, nodes) { feeds[node] = parameters[path] }
    return try Trace(program, result: cost, feeds: feeds)
  }
}

extension GradientCheck {
  /// The gradients of a worked example of a lecture, of one of its rows from 1.
  ///
  /// ```swift
  /// try GradientCheck().run(.named("deck004.example")).requireSuccess()
  /// ```
  public func run(_ preset: Preset, row: Int = 1) throws -> GradientReport {
    try run(try preset.subject(row: row))
  }

  /// The gradients of an expression at its values.
  public func run(_ expression: Expression) throws -> GradientReport {
    try run(try Subject(expression))
  }

  package func run(_ subject: Subject) throws -> GradientReport {
    let header = subject.header
    let isNumber = subject.graph[subject.result].type.shape.concrete == []
    let names = subject.names[subject.result]?.base ?? "result"
    let what =
      header.loss ?? (isNumber ? "" : "the sum of \(names), ") + "\(header.summary)"
    return try report(
      GradientSubject(name: header.title, formula: what, rows: nil)
    ) { try SubjectCost(subject, precision: $0) }
  }
}
