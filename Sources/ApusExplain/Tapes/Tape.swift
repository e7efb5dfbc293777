package import ApusGraph

/// How far a tape goes into tensors.
public enum Detail: Hashable, Sendable {
  /// Single numbers where all fits on a few pages, whole tensors elsewhere.
  case automatic
  case tensors
  /// Single numbers, but of large inputs and parameters only the gradients that are largest.
  case largest
  case numbers
}

/// The steps of a subject with their numbers: what forward and backward tapes are read from.
package struct Tape: Sendable {
  /// A quantity of the tape: a whole tensor, or one element of it.
  package struct Place: Hashable, Sendable {
    package let node: NodeID
    package let element: Int?

    package init(_ node: NodeID, _ element: Int?) {
      self.node = node
      self.element = element
    }
  }

  /// Numbers that are shown one by one at most, before whole tensors are shown instead.
  package static let scalarRows = 64
  package static let scalarParameters = 256
  package static let scalarProducts = 2_000
  /// Elements of a tensor that get names of their own at most.
  package static let namedElements = 50_000

  package let subject: Subject
  package let trace: Trace
  package let steps: [TapeStep]
  /// Whether rows are single numbers.
  package private(set) var isScalar: Bool
  /// Whether of large inputs and parameters only the largest gradients have rows.
  package let listsLargest: Bool
  /// Names of all sources and outputs, temporary ones included.
  package let names: [NodeID: TensorName]

  /// - Parameter opensComposites: whether every op is a step of its own.
  package init(
    _ subject: Subject, detail: Detail = .automatic, opensComposites: Bool = false
  ) throws {
    self.subject = subject
    let program = Program(graph: subject.graph, outputs: [.init("result", subject.result)])
    let shown = subject.probabilities.map { [$0] } ?? []
    trace = try Trace(program, result: subject.result, shown: shown, feeds: subject.feeds)
    steps =
      StepList(
        subject.graph, roots: [subject.result] + shown, groups: subject.groups,
        opensComposites: opensComposites
      ).steps
    names = Self.named(steps, subject)
    listsLargest = detail == .largest
    switch detail {
    case .numbers, .largest: isScalar = true
    case .tensors: isScalar = false
    case .automatic: isScalar = Self.isSmall(steps, subject)
    }
  }

  /// The same with single numbers as its rows.
  package var number: Tape {
    var tape = self
    tape.isScalar = true
    return tape
  }

  private static func count(_ id: NodeID, _ graph: GraphSnapshot) -> Int {
    graph[id].type.shape.concrete.flatMap(checkedElementCount) ?? .max
  }

  private static func isSmall(_ steps: [TapeStep], _ subject: Subject) -> Bool {
    var (rows, products) = (0, 0)
    var leaves: Set<NodeID> = []
    for step in steps {
      let outputs = count(step.output, subject.graph)
      guard outputs <= scalarRows else { return false }
      rows += outputs
      for operand in step.operands {
        let size = count(operand.source, subject.graph)
        guard size <= scalarParameters else { return false }
        products += outputs * size
        if subject.graph[operand.source].op.leaf != nil { leaves.insert(operand.source) }
      }
    }
    let parameters = leaves.reduce(0) { $0 + count($1, subject.graph) }
    return rows <= scalarRows && parameters <= scalarParameters && products <= scalarProducts
  }

  /// Steps without a name are v1, v2, … as in the literature on tapes, or u1, … where the user has
  /// a v1 already (Griewank and Walther 2008).
  private static func named(_ steps: [TapeStep], _ subject: Subject) -> [NodeID: TensorName] {
    var names = subject.names
    let taken = Set(
      names.flatMap { id, name in
        [name.base]
          + (0..<min(count(id, subject.graph), 256)).map {
            name.element($0, of: subject.graph[id].type.shape.concrete ?? [])
          }
      })
    let unnamed = steps.filter { names[$0.output] == nil }
    let prefix =
      ["v", "u", "q", "s", "tape_"].first { prefix in
        unnamed.indices.allSatisfy { !taken.contains("\(prefix)\($0 + 1)") }
      } ?? "step_"
    for (index, step) in unnamed.enumerated() {
      names[step.output] = TensorName(
        "\(prefix)\(index + 1)", layer: subject.graph[step.output].scope)
    }
    for step in steps {
      for operand in step.operands where names[operand.source] == nil {
        let leaf = subject.graph[operand.source].op.leaf
        names[operand.source] = TensorName(leaf?.label ?? "constant")
      }
    }
    return names
  }

  package func shape(_ id: NodeID) -> [Int] { subject.graph[id].type.shape.concrete ?? [] }

  /// The quantity at a place.
  package func quantity(_ place: Place) -> Quantity {
    let name = names[place.node] ?? TensorName("\(place.node)")
    let shape = shape(place.node)
    let label = place.element.map { name.element($0, of: shape) } ?? name.base
    let tensor = subject.graph[place.node].op.leaf?.label ?? name.base
    return Quantity(
      name: label, tensor: tensor, index: place.element.map { TensorName.place($0, in: shape) },
      role: subject.role(of: place.node), layer: name.layer)
  }

  package func numbers(_ place: Place) -> Numbers {
    let values = trace.numbers(place.node)
    if let element = place.element, values.indices.contains(element) {
      return Numbers(values[element])
    }
    return Numbers(values, shape: shape(place.node))
  }

  /// The places that a node's rows stand for.
  package func places(of id: NodeID) -> [Place] {
    isScalar ? trace.numbers(id).indices.map { Place(id, $0) } : [Place(id, nil)]
  }

  /// Whether a node's value may change with a leaf that is not fixed, so that a gradient makes sense.
  package func isVariable(_ id: NodeID) -> Bool {
    let role = subject.role(of: id)
    return role != .constant && role != .target && trace.graph[id].type.dtype.isFloatingPoint
  }
}
