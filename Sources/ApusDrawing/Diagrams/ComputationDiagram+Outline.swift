extension ComputationDiagram {
  /// The diagram as lines of text, operation by operation: for terminals on which the picture would be
  /// too small for its numbers. Round and square brackets stand for round and square boxes.
  ///
  /// ```
  ///  1  × → a = 6                                ∂ 1
  ///       [w1 = 2]                               ∂ 3
  ///       (x1 = 3)                               ∂ 2
  ///  2  + → s = 2                                ∂ 1
  ///       a of 1
  /// ```
  public var outline: [String] { Outline(self).lines }
}

private struct Outline {
  private static let column = 48

  private let diagram: ComputationDiagram
  private var sources: [[Int]]
  /// The line of an operation by its node.
  private var numbers: [Int: Int] = [:]
  private var told: Set<Int> = []
  private(set) var lines: [String] = []

  init(_ diagram: ComputationDiagram) {
    self.diagram = diagram
    sources = Array(repeating: [], count: diagram.nodes.count)
    for arrow in diagram.arrows { sources[arrow.to].append(arrow.from) }
    lines = ["( ) input   [ ] parameter   { } constant   ∂ gradient of the result", ""]
    let operations = inOrder().filter(isOperation)
    for (index, operation) in operations.enumerated() { numbers[operation] = index + 1 }
    for operation in operations { tell(operation) }
  }

  private func isOperation(_ node: Int) -> Bool {
    [.operation, .layer].contains(diagram.nodes[node].kind)
  }

  /// Every node behind all that lead to it.
  private func inOrder() -> [Int] {
    var waiting = sources.map(\.count)
    var targets = [[Int]](repeating: [], count: diagram.nodes.count)
    for arrow in diagram.arrows { targets[arrow.from].append(arrow.to) }
    var ready = diagram.nodes.indices.filter { waiting[$0] == 0 }
    var order: [Int] = []
    while let node = ready.min() {
      ready.removeAll { $0 == node }
      order.append(node)
      for target in targets[node] {
        waiting[target] -= 1
        if waiting[target] == 0 { ready.append(target) }
      }
    }
    return order
  }

  private mutating func tell(_ operation: Int) {
    let results = diagram.arrows.filter { $0.from == operation }.map(\.to)
    let sign = diagram.nodes[operation].lines.joined(separator: " ")
    let mark = diagram.nodes[operation].isCurrent ? "▶" : " "
    let number = "\(numbers[operation] ?? 0)"
    let head = String(repeating: " ", count: max(2 - number.count, 0)) + number + mark + " " + sign
    let names = results.map(words)
    // A long head has a line of its own.
    let isAlone = names.isEmpty || head.count + names[0].name.count + 5 > Self.column
    if isAlone { lines.append(head) }
    for (index, text) in names.enumerated() {
      add((index == 0 && !isAlone ? head : "   ") + " → \(text.name)", text.gradient)
    }
    for source in sources[operation] { tell(source, factor: "") }
  }

  /// What an operation reads.
  private mutating func tell(_ node: Int, factor: String) {
    let text = words(node)
    switch diagram.nodes[node].kind {
    case .factor:
      for source in sources[node] { tell(source, factor: "  \(text.name)") }
    case .quantity:
      let maker = sources[node].first.flatMap { numbers[$0] }.map { " of \($0)" } ?? ""
      add("      \(label(text.name))\(maker)", factor)
    default:
      let isNew = told.insert(node).inserted
      let (open, close) = brackets(diagram.nodes[node].kind)
      add(
        "      " + open + (isNew ? text.name : label(text.name)) + close,
        (isNew ? text.gradient : "") + factor)
    }
  }

  private mutating func add(_ left: String, _ right: String) {
    guard !right.isEmpty else { return lines.append(left) }
    let gap = max(Self.column - left.count, 2)
    lines.append(left + String(repeating: " ", count: gap) + right)
  }

  private func words(_ node: Int) -> (name: String, gradient: String) {
    let node = diagram.nodes[node]
    return (node.lines.joined(separator: " "), node.gradient.joined(separator: " "))
  }

  /// `h1` of `h1 = 0.5`, `x` of `x [1, 784] 0 … 1`
  private func label(_ text: String) -> String {
    let end = text.firstRange(of: " = ") ?? text.firstRange(of: " [")
    return String(text[..<(end?.lowerBound ?? text.endIndex)])
  }

  private func brackets(_ kind: ComputationDiagram.Kind) -> (String, String) {
    switch kind {
    case .input: ("(", ")")
    case .parameter: ("[", "]")
    case .constant: ("{", "}")
    default: ("", "")
    }
  }
}
