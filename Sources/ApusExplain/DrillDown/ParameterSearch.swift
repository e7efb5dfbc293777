import ApusFormats
import ApusGraph

/// Finds one number among the parameters of a tape by the ways people name it.
struct ParameterSearch {
  /// Names are compared one by one in tensors up to this size; larger ones go by place.
  private static let compared = 50_000

  private let tape: Tape
  private let parameters: [(label: String, node: NodeID)]

  init(_ tape: Tape) {
    self.tape = tape
    parameters = tape.subject.graph.nodes.indices.compactMap { index in
      let id = NodeID(index)
      guard tape.subject.role(of: id) == .parameter,
        let leaf = tape.subject.graph[id].op.leaf
      else { return nil }
      return (leaf.label, id)
    }
  }

  /// `dense_1[3,5]` and `dense_1.bias[3]` count from 0; else a name as rows print it, or what it
  /// connects: `w(x1→h2)`, `x1→h2`, `w1`. `->` stands for the arrow.
  ///
  /// - Throws: with the nearest name, or the shape that the place must fit.
  func place(_ text: String) throws -> Tape.Place {
    let name = text.replacing("->", with: "→")
    for (_, id) in parameters {
      let count = tape.trace.numbers(id).count
      guard count <= Self.compared, let tensor = tape.names[id] else { continue }
      let shape = tape.shape(id)
      for element in 0..<count
      where tensor.element(element, of: shape) == name
        || tensor.connections.indices.contains(element) && tensor.connections[element] == name
      {
        return Tape.Place(id, element)
      }
    }
    let tensors = parameters.map { (path: $0.label, shape: tape.shape($0.node)) }
    if let (_, id) = parameters.first(where: { $0.label == name }),
      tape.trace.numbers(id).count == 1
    {
      return Tape.Place(id, 0)
    }
    if let place = try ParameterPlace(parsing: name, in: tensors),
      let (_, id) = parameters.first(where: { $0.label == place.path })
    {
      return Tape.Place(id, place.offset)
    }
    throw DrillError(
      "there is no parameter \"\(printable(text, limit: 60))\"; "
        + (didYouMean(name, in: candidates) ?? "there are " + examples))
  }

  private var candidates: [String] {
    let labels = parameters.flatMap { [$0.label, String($0.label.prefix { $0 != "." })] }
    return labels
      + parameters.flatMap { _, id in
        let shape = tape.shape(id)
        return (0..<min(tape.trace.numbers(id).count, 200)).compactMap {
          tape.names[id]?.element($0, of: shape)
        }
      }
  }

  private var examples: String {
    parameters.prefix(6).map { label, id in
      let shape = tape.shape(id)
      let place = tape.quantity(Tape.Place(id, 0)).name
      return shape.isEmpty ? place : "\(label) \(shape), such as \(place)"
    }.joined(separator: "; ")
  }
}
