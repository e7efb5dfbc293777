package import ApusGraph

/// The rows of a backward pass, each with what every use of its quantity adds.
struct BackwardTape {
  /// Numbers of a batch's matrix that are written out, each with its estimate.
  private static let mostWritten = 128

  let forward: ForwardTape
  private(set) var rows: [BackwardRow] = []
  private(set) var numbers: [Tape.Place: Int] = [:]
  /// The gradients by the graph's own driver, as training has them.
  let gradients: [NodeID: TensorData]
  /// Those that the result needs.
  private let steps: [TapeStep]
  private let check: NumericCheck
  private let local: LocalFormula
  private var pending: [Tape.Place: [Contribution]] = [:]

  private var tape: Tape { forward.tape }

  init(_ forward: ForwardTape) throws {
    self.forward = forward
    let tape = forward.tape
    check = NumericCheck(tape.trace)
    local = LocalFormula(forward)
    let needed = tape.subject.graph.ancestors(of: [tape.subject.result])
    steps = tape.steps.filter { needed[$0.output.index] }
    var targets = steps.map(\.output)
    for step in steps {
      for operand in step.operands where !targets.contains(operand.source) {
        targets.append(operand.source)
      }
    }
    targets = targets.filter { tape.isVariable($0) }
    gradients = try tape.trace.gradients(with: targets)
    try run()
  }

  private mutating func run() throws {
    var first: [NodeID: Int] = [:]
    for (index, step) in steps.enumerated() {
      for operand in step.operands where first[operand.source] == nil {
        first[operand.source] = index
      }
    }
    try emit(tape.subject.result)
    for (index, step) in steps.enumerated().reversed() {
      try contribute(step)
      let done = step.operands.map(\.source).filter { first[$0] == index && tape.isVariable($0) }
      var seen: Set<NodeID> = []
      // Parameters first: the gradient that was asked for, then the way further back.
      let parameters = done.filter { tape.subject.role(of: $0) == .parameter }
      for source in parameters + done where seen.insert(source).inserted { try emit(source) }
    }
  }

  /// The rows of a node, all of whose uses have been seen.
  private mutating func emit(_ id: NodeID) throws {
    guard let gradient = gradients[id]?.doubles() else { return }
    for place in places(of: id, gradient) where numbers[place] == nil {
      let own = place.element.map { Numbers(gradient[$0]) }
      let row = BackwardRow(
        number: forward.rows.count + rows.count + 1, quantity: tape.quantity(place),
        contributions: pending[place] ?? [],
        gradient: own ?? Numbers(gradient, shape: tape.shape(id)),
        estimate: try estimate(place, gradient), estimates: try estimates(place, gradient))
      rows.append(row)
      numbers[place] = row.number
      pending[place] = nil
    }
  }

  /// Those that get rows: of a large leaf the numbers with the largest gradients.
  private func places(of id: NodeID, _ gradient: [Double]) -> [Tape.Place] {
    let all = tape.places(of: id)
    guard tape.listsLargest, tape.subject.graph[id].op.leaf != nil,
      all.count > ParameterTable.listed
    else { return all }
    return ParameterTable.largest(gradient, of: tape).map { Tape.Place(id, $0) }
  }

  private func estimate(_ place: Tape.Place, _ gradient: [Double]) throws -> Estimate {
    if let element = place.element ?? (gradient.count == 1 ? 0 : nil) {
      return Estimate(.gradient, try check.slope(of: place.node, element: element))
    }
    return Estimate(.norm, try check.norm(of: place.node, along: gradient))
  }

  /// Number by number, of what belongs to the rows of a batch.
  private func estimates(_ place: Tape.Place, _ gradient: [Double]) throws -> Numbers? {
    let shape = tape.shape(place.node)
    guard tape.subject.rowNumbers.count > 1, place.element == nil,
      tape.subject.role(of: place.node) != .parameter,
      shape.first == tape.subject.rowNumbers.count, gradient.count <= Self.mostWritten,
      gradient.count <= tape.subject.rowNumbers.count * BatchWording.mostColumns
    else { return nil }
    return Numbers(
      try gradient.indices.map { try check.slope(of: place.node, element: $0) }, shape: shape)
  }

  /// Notes what a step adds to the gradients of its operands.
  private mutating func contribute(_ step: TapeStep) throws {
    guard let upstream = gradients[step.output],
      let derivative = StepDerivative(step, in: tape.trace)
    else { return }
    guard tape.isScalar else { return try contributeWhole(step, upstream, derivative) }
    let dependencies = ElementDependencies(tape.trace)
    let slopes = upstream.doubles()
    for (element, row) in try derivative.jacobian().enumerated() {
      let output = Tape.Place(step.output, element)
      for source in dependencies.sources(of: step, element: element) {
        let node = step.operands[source.operand].source
        guard tape.isVariable(node), let local = row[source.operand]?[source.element] else {
          continue
        }
        pending[Tape.Place(node, source.element), default: []].append(
          Contribution(
            through: tape.quantity(output).name, operation: step.name,
            row: numbers[output] ?? 0, upstream: Numbers(slopes[element]),
            localFormula: self.local.formula(step, element, source), local: local,
            product: Numbers(slopes[element] * local)))
      }
    }
  }

  private mutating func contributeWhole(
    _ step: TapeStep, _ upstream: TensorData, _ derivative: StepDerivative
  ) throws {
    let output = Tape.Place(step.output, nil)
    let given = Numbers(upstream.doubles(), shape: upstream.shape)
    let shown = Formula.Operand(
      "∂" + tape.quantity(output).name, given, row: numbers[output])
    for (index, product) in try derivative.contributions(of: upstream).sorted(by: {
      $0.key < $1.key
    }) {
      let source = step.operands[index].source
      guard tape.isVariable(source) else { continue }
      pending[Tape.Place(source, nil), default: []].append(
        Contribution(
          through: shown.name, operation: step.name, row: numbers[output] ?? 0,
          upstream: given, localFormula: local.product(step, index, upstream: shown), local: nil,
          product: Numbers(product.doubles(), shape: product.shape)))
    }
  }
}

extension NumericCheck {
  /// The norm of a gradient by the slope along it: one pair of evaluations for a whole tensor.
  package func norm(of id: NodeID, along gradient: [Double]) throws -> Double {
    let norm = Numbers(gradient, shape: [gradient.count]).norm
    guard norm > 0, norm.isFinite else { return try slope(of: id, along: unit(gradient.count)) }
    return try slope(of: id, along: gradient.map { $0 / norm })
  }

  /// A direction for a gradient of zero: it has none of its own, and its slope is 0 along any.
  private func unit(_ count: Int) -> [Double] {
    let size = 1 / Double(max(count, 1)).squareRoot()
    return (0..<count).map { $0.isMultiple(of: 2) ? size : -size }
  }
}
