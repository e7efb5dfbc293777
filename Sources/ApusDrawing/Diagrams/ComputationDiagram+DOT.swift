extension ComputationDiagram {
  /// The diagram in the language of Graphviz, for other programs: `dot -Tsvg graph.dot`.
  public func dot(title: String) -> String {
    var text = "digraph \"\(Self.escaped(title))\" {\n  rankdir=LR;\n"
    text += "  node [fontname=\"DejaVu Sans\", fontsize=11];\n"
    text += "  edge [fontname=\"DejaVu Sans\", fontsize=11];\n"
    for (index, node) in nodes.enumerated() where node.kind != .quantity {
      text += "  n\(index) [\(Self.style(of: node)), label=\"\(Self.label(of: node))\"];\n"
    }
    for arrow in arrows where nodes[arrow.to].kind != .quantity {
      text += line(of: arrow)
    }
    for (index, node) in nodes.enumerated()
    where node.kind == .quantity && !arrows.contains(where: { $0.from == index }) {
      text += "  n\(index) [shape=plaintext, label=\"\"];\n"
      for arrow in arrows where arrow.to == index {
        text += "  n\(arrow.from) -> n\(index) [label=\"\(Self.label(of: node))\"];\n"
      }
    }
    return text + "}\n"
  }

  /// A quantity becomes the label of the arrows from its operation to those that use it.
  private func line(of arrow: Arrow) -> String {
    let source = nodes[arrow.from]
    guard source.kind == .quantity else { return "  n\(arrow.from) -> n\(arrow.to);\n" }
    let makers = arrows.filter { $0.to == arrow.from }.map(\.from)
    return makers.map {
      "  n\($0) -> n\(arrow.to) [label=\"\(Self.label(of: source))\"];\n"
    }.joined()
  }

  private static func label(of node: Node) -> String {
    (node.lines + node.gradient).map(escaped).joined(separator: "\\n")
  }

  private static func style(of node: Node) -> String {
    let thick = node.isCurrent || node.emphasis == .strong ? ", penwidth=3" : ""
    switch node.kind {
    case .operation: return "shape=circle" + thick
    case .layer: return "shape=box, style=rounded" + thick
    case .quantity, .factor: return "shape=plaintext"
    case .input: return "shape=box, style=rounded, color=\"#AD7A00\"" + thick
    case .parameter: return "shape=box, color=\"#0072B2\"" + thick
    case .constant: return "shape=box, style=dashed, color=\"#6B747D\""
    case .result: return "shape=box, peripheries=2"
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n", "\r", "\t": result += " "
      case "\u{0}"..<"\u{20}": break
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
