import ApusGraph

/// The parameters with values, gradients, estimates and what a step does to them.
struct ParameterTable {
  /// Numbers of a tensor before only the largest gradients are shown, where not all are wanted.
  static let listed = 6
  /// How many those are.
  static let (chosen, chosenInBatches) = (5, 3)

  /// The parameters, and for each its group.
  let nodes: [NodeID]
  let groups: [ParameterGroup]

  init(_ backward: BackwardTape, learningRate: Double) throws {
    let tape = backward.forward.tape
    let check = NumericCheck(tape.trace)
    nodes = tape.subject.graph.nodes.indices.map { NodeID($0) }.filter {
      tape.subject.role(of: $0) == .parameter && backward.gradients[$0] != nil
    }
    groups = try nodes.map { id in
      try Self.group(id, backward.gradients[id]?.doubles() ?? [], tape, check, learningRate)
    }
  }

  /// - Parameter chosen: the entries to show; nil for all, or the largest of many.
  static func group(
    _ id: NodeID, _ gradient: [Double], _ tape: Tape, _ check: NumericCheck, _ rate: Double,
    showing chosen: [Int]? = nil
  ) throws -> ParameterGroup {
    let values = tape.trace.numbers(id)
    let shape = tape.shape(id)
    let scale = gradient.map(\.magnitude).max() ?? 0
    let isCut = gradient.count > listed && (tape.listsLargest || !tape.isScalar)
    let shown = chosen ?? (isCut ? largest(gradient, of: tape) : Array(gradient.indices))
    let entries = try shown.map { index in
      let estimate = try check.slope(of: id, element: index)
      let difference = (gradient[index] - estimate).magnitude
      let change = rate * gradient[index]
      return ParameterGroup.Entry(
        name: name(index, of: id, shape, tape), index: TensorName.place(index, in: shape),
        value: values[index], gradient: gradient[index], estimate: estimate,
        error: difference == 0 ? 0 : difference / scale, change: change,
        newValue: values[index] - change)
    }
    return ParameterGroup(
      name: tape.quantity(Tape.Place(id, nil)).name, layer: tape.names[id]?.layer ?? "",
      shape: shape, entries: entries, values: Numbers(values, shape: shape),
      gradients: Numbers(gradient, shape: shape),
      normEstimate: try check.norm(of: id, along: gradient))
  }

  /// The places of the largest gradients, in their order.
  static func largest(_ gradient: [Double], of tape: Tape) -> [Int] {
    let count = tape.subject.rowNumbers.count > 1 ? chosenInBatches : chosen
    return gradient.indices.sorted {
      (gradient[$0].magnitude, $1) > (gradient[$1].magnitude, $0)
    }.prefix(count).sorted()
  }

  private static func name(_ index: Int, of id: NodeID, _ shape: [Int], _ tape: Tape) -> String {
    if let connections = tape.names[id]?.connections, connections.indices.contains(index) {
      return connections[index]
    }
    return tape.quantity(Tape.Place(id, index)).name
  }
}
