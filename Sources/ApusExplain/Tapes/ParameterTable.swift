import ApusGraph

/// The parameters with values, gradients, estimates and what a step does to them.
struct ParameterTable {
  /// Entries of a group before only the largest gradients are shown, where numbers stand one by one
  /// and where whole tensors do.
  static let entries = (ofNumbers: 64, ofTensors: 12)
  static let largest = 5

  let groups: [ParameterGroup]

  init(_ backward: BackwardTape, learningRate: Double) throws {
    let tape = backward.forward.tape
    let check = NumericCheck(tape.trace)
    groups = try tape.subject.graph.nodes.indices.compactMap { index in
      let id = NodeID(index)
      guard tape.subject.role(of: id) == .parameter, let gradient = backward.gradients[id]
      else { return nil }
      return try Self.group(id, gradient.doubles(), tape, check, learningRate)
    }
  }

  /// - Parameter chosen: the entries to show; nil for all, or the largest of many.
  static func group(
    _ id: NodeID, _ gradient: [Double], _ tape: Tape, _ check: NumericCheck, _ rate: Double,
    showing chosen: [Int]? = nil
  ) throws -> ParameterGroup {
    let values = tape.trace.numbers(id)
    let shape = tape.shape(id)
    let largest = gradient.map(\.magnitude).max() ?? 0
    var shown = chosen ?? Array(gradient.indices)
    if chosen == nil, shown.count > (tape.isScalar ? entries.ofNumbers : entries.ofTensors) {
      shown.sort { gradient[$0].magnitude > gradient[$1].magnitude }
      shown = shown.prefix(Self.largest).sorted()
    }
    let entries = try shown.map { index in
      let estimate = try check.slope(of: id, element: index)
      let difference = (gradient[index] - estimate).magnitude
      let change = rate * gradient[index]
      return ParameterGroup.Entry(
        name: name(index, of: id, shape, tape), index: TensorName.place(index, in: shape),
        value: values[index], gradient: gradient[index], estimate: estimate,
        error: difference == 0 ? 0 : difference / largest, change: change,
        newValue: values[index] - change)
    }
    return ParameterGroup(
      name: tape.quantity(Tape.Place(id, nil)).name, layer: tape.names[id]?.layer ?? "",
      shape: shape, entries: entries, values: Numbers(values, shape: shape),
      gradients: Numbers(gradient, shape: shape),
      normEstimate: try check.norm(of: id, along: gradient))
  }

  private static func name(_ index: Int, of id: NodeID, _ shape: [Int], _ tape: Tape) -> String {
    if let connections = tape.names[id]?.connections, connections.indices.contains(index) {
      return connections[index]
    }
    return tape.quantity(Tape.Place(id, index)).name
  }
}
