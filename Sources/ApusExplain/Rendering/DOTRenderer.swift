/// An explanation as a graph in the DOT language of Graphviz: a circle for each op, a box for each
/// quantity with its value and its gradient, in the drawing language of deck 000 (inputs orange with
/// round corners, parameters blue with square ones, constants grey, the result with a double border).
struct DOTRenderer {
  let explanation: Explanation
  let style: NumberStyle

  func text() -> String {
    var lines = [
      "digraph explanation {", "  rankdir=LR;",
      "  node [fontname=\"Helvetica\", fontsize=11]; edge [fontname=\"Helvetica\", fontsize=9];",
    ]
    var boxes: Set<String> = []
    func box(_ name: String, _ value: Numbers, _ role: QuantityRole) {
      guard boxes.insert(name).inserted else { return }
      lines.append("  \(Self.quoted("q " + name)) [\(self.box(name, value, role))];")
    }
    for row in explanation.forward {
      let op = Self.quoted("op \(row.number)")
      lines.append(
        "  \(op) [shape=circle, label=\(Self.quoted(sign(row.operation))), tooltip="
          + "\(Self.quoted(style.symbolic(row.formula)))];")
      var seen: Set<String> = []
      for operand in row.formula.operands where seen.insert(operand.name).inserted {
        box(operand.name, operand.value, operand.role)
        lines.append(
          "  \(Self.quoted("q " + operand.name)) -> \(op)\(edgeLabel(operand.name, row.quantity.name));"
        )
      }
      box(row.quantity.name, row.value, row.quantity.role)
      lines.append("  \(op) -> \(Self.quoted("q " + row.quantity.name));")
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func box(_ name: String, _ value: Numbers, _ role: QuantityRole) -> String {
    let isResult = name == explanation.forward.last?.quantity.name
    let look =
      switch role {
      case .input: "style=\"rounded,filled\", fillcolor=\"#fdd0a2\""
      case .parameter: "style=filled, fillcolor=\"#c6dbef\""
      case .constant, .target: "style=filled, fillcolor=\"#e5e5e5\""
      case .intermediate, .loss: "style=filled, fillcolor=white"
      }
    var label = "\(name) = \(style.brief(value))"
    if let row = explanation.backward.first(where: { $0.quantity.name == name }) {
      label += "\n∂ \(style.brief(row.gradient))"
    }
    return "shape=box, \(look), label=\(Self.quoted(label))" + (isResult ? ", peripheries=2" : "")
  }

  /// What this use adds to the gradient of a quantity.
  private func edgeLabel(_ name: String, _ through: String) -> String {
    let row = explanation.backward.first { $0.quantity.name == name }
    guard let own = row?.contributions.first(where: { $0.through == through }) else { return "" }
    return " [label=\(Self.quoted("∂ " + style.brief(own.product)))]"
  }

  private func sign(_ operation: String) -> String {
    switch operation {
    case "add": "+"
    case "subtract": "−"
    case "multiply": "×"
    case "divide": "÷"
    case "matmul": "@"
    case "affine": "w·x+b"
    case "maximum", "reduce_max": "max"
    case "minimum", "reduce_min": "min"
    case "sigmoid": "σ"
    case "square": "( )²"
    case "power": "^"
    case "reduce_sum", "reduction": "Σ"
    default: operation.replacing("_", with: " ")
    }
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n") + "\""
  }
}

extension Explanation {
  /// The computation as a graph for Graphviz, with values, gradients and what each use adds to them.
  public func dot(style: NumberStyle = NumberStyle(digits: 4)) -> String {
    DOTRenderer(explanation: self, style: style).text()
  }
}
