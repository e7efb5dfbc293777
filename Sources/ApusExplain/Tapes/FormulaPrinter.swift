import ApusGraph

/// Prints nodes of a graph as a formula that people would write, with operands that carry numbers.
struct FormulaPrinter {
  typealias Piece = Formula.Piece

  let graph: GraphSnapshot
  /// The operand that a node is shown as; nil for nodes that are opened.
  let operand: (NodeID, Int?) -> Formula.Operand?
  /// The element of each input that an element of a node is made of; nil for whole tensors.
  let inputs: (NodeID, Int) -> [(position: Int, element: Int)]

  /// How tightly a printed formula holds together.
  enum Strength: Int, Comparable {
    case sum = 1
    case product, power, atom

    static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
  }

  func pieces(_ id: NodeID, _ element: Int?) -> [Piece] { print(id, element).pieces }

  private func print(_ id: NodeID, _ element: Int?) -> (pieces: [Piece], strength: Strength) {
    if let operand = operand(id, element) { return ([.operand(operand)], .atom) }
    let node = graph[id]
    if let literal = node.op as? Literal {
      return ([.text(Self.number(literal.value))], literal.value < 0 ? .sum : .atom)
    }
    return printed(node, id, element)
  }

  /// An input of a node at the element that it is read at.
  private func input(
    _ position: Int, of node: Node, _ id: NodeID, _ element: Int?
  ) -> (pieces: [Piece], strength: Strength) {
    let place = element.flatMap { element in
      inputs(id, element).first { $0.position == position }?.element
    }
    return print(node.inputs[position], place)
  }

  private func printed(
    _ node: Node, _ id: NodeID, _ element: Int?
  ) -> (pieces: [Piece], strength: Strength) {
    func at(_ position: Int, _ least: Strength) -> [Piece] {
      let (pieces, strength) = input(position, of: node, id, element)
      return strength >= least ? pieces : [.text("(")] + pieces + [.text(")")]
    }
    func literal(_ position: Int) -> Double? {
      var source = node.inputs[position]
      while View.isView(graph[source], in: graph) { source = graph[source].inputs[0] }
      return (graph[source].op as? Literal)?.value
    }
    switch node.op {
    case is Add: return (at(0, .sum) + [.text(" + ")] + at(1, .sum), .sum)
    case is Subtract: return (at(0, .sum) + [.text(" − ")] + at(1, .product), .sum)
    case is Multiply where literal(0) == 1: return input(1, of: node, id, element)
    case is Multiply where literal(1) == 1: return input(0, of: node, id, element)
    case is Multiply where literal(1) != nil && literal(0) == nil:
      return (at(1, .product) + [.text("·")] + at(0, .product), .product)
    case is Multiply: return (at(0, .product) + [.text("·")] + at(1, .product), .product)
    case is Divide where literal(1) == 1: return input(0, of: node, id, element)
    case is Divide: return (at(0, .product) + [.text("/")] + at(1, .power), .product)
    case is Reciprocal: return ([.text("1/")] + at(0, .power), .product)
    case is Negate: return ([.text("−")] + at(0, .product), .sum)
    case is Power where literal(1) == 1: return input(0, of: node, id, element)
    case is Power: return (at(0, .atom) + [.text("^")] + at(1, .atom), .power)
    case is Square: return (at(0, .atom) + [.text("²")], .power)
    case is Abs: return ([.text("|")] + at(0, .sum) + [.text("|")], .atom)
    case is Step: return ([.text("[")] + at(0, .sum) + [.text(" > 0]")], .atom)
    case is Cast where !graph[node.inputs[0]].type.dtype.isFloatingPoint:
      return ([.text("[")] + at(0, .sum) + [.text("]")], .atom)
    case is Select:
      return (
        [.text("(")] + at(0, .sum) + [.text(" ? ")] + at(1, .product) + [.text(" : ")]
          + at(2, .product) + [.text(")")], .atom
      )
    case let transpose as Transpose where element == nil && transpose.permutation == [1, 0]:
      return (at(0, .atom) + [.text("ᵀ")], .atom)
    case let product as MatMul where element == nil:
      return (
        at(0, .product) + [.text((product.transposeA ? "ᵀ" : "") + "·")] + at(1, .power)
          + (product.transposeB ? [.text("ᵀ")] : []), .product
      )
    case is ReduceSum: return ([.text("Σ ")] + at(0, .product), .product)
    case _ where View.isView(node, in: graph): return input(0, of: node, id, element)
    default:
      let operands = node.inputs.indices.map { input($0, of: node, id, element).pieces }
      return (Self.filled(node.op, operands), .atom)
    }
  }

  /// An op's own formula with the operands put in.
  static func filled(_ op: any Op, _ operands: [[Piece]]) -> [Piece] {
    let marks = operands.indices.map { Character(Unicode.Scalar(0xE000 + UInt32($0 % 256))!) }
    let template = op.formula(marks.map { String($0) })
    var pieces: [Piece] = []
    var text = ""
    for character in template {
      if let index = marks.firstIndex(of: character) {
        if !text.isEmpty { pieces.append(.text(typographic(text))) }
        text = ""
        pieces += operands[index]
      } else {
        text.append(character)
      }
    }
    if !text.isEmpty { pieces.append(.text(typographic(text))) }
    return pieces
  }

  private static func typographic(_ text: String) -> String {
    text.replacing("sigmoid(", with: "σ(").replacing(" * ", with: "·").replacing("-", with: "−")
  }

  /// The shortest digits: `2`, `0.5`.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    let text =
      value == value.rounded() && value.magnitude < 1e15
      ? NumberFormat.fixed(value, digits: 0) : value.description
    return text.replacing("-", with: "−")
  }
}
