import ApusGraph

/// The symbols of a tape with their shapes: leaves in order of declaration, then what is computed.
enum ShapeLedger {
  static func entries(of tape: Tape) -> [ShapeEntry] {
    let used = Set(tape.steps.flatMap { $0.operands.map(\.source) })
    let leaves = tape.subject.graph.nodes.indices.map { NodeID($0) }.filter {
      used.contains($0) && tape.subject.graph[$0].op is any Leaf
    }
    let computed = tape.steps.map { ($0.output, $0.name) }
    return leaves.map { entry($0, tape, "") } + computed.map { entry($0, tape, $1) }
  }

  private static func entry(_ id: NodeID, _ tape: Tape, _ operation: String) -> ShapeEntry {
    let quantity = tape.quantity(Tape.Place(id, nil))
    let name = tape.names[id]
    let meaning = name.map(\.meaning).flatMap { $0.isEmpty ? nil : $0 }
    let shape = name?.shownShape ?? tape.shape(id)
    let usual = operation.isEmpty ? quantity.role.rawValue : "result of \(operation)"
    let inLayer = name.map(\.layer).flatMap { $0.isEmpty ? nil : " of \($0)" } ?? ""
    return ShapeEntry(
      symbol: quantity.name, meaning: meaning ?? usual + inLayer, role: quantity.role,
      symbolicShape: name?.symbolicShape ?? "\(shape)", shape: shape)
  }
}
