import ApusGraph

extension Schedule: CustomStringConvertible {
  /// One line for each stage: what it writes and the formulas that it computes together; in
  /// brackets how stages run that are one step.
  var description: String {
    sections.flatMap { section in
      section.stages.map { "\($0)\(section.kind.mark): \(line(stages[$0]))" }
    }.joined(separator: "\n")
  }

  private func line(_ stage: Stage) -> String {
    switch stage.work {
    case .copy(let source, let copy):
      return "\(target(of: copy)) = \(name(source))"
    case .kernel(let index):
      return "\(target(of: index)) = \(formula(index))"
    case .tile(let group):
      let nodes = (group.product.map { [$0] } ?? []) + group.nodes
      let formulas = nodes.map { node in
        (stage.writes.contains(node) ? target(of: node) : name(node)) + " = " + formula(node)
      }
      return formulas.joined(separator: "; ")
    }
  }

  private func target(of value: Int) -> String {
    let node = node(of: value)
    guard let variable = variableOf[value] else { return "\(name(value)) \(table.node(node).type)" }
    return table.node(variable).op.leaf?.label ?? "?"
  }

  private func formula(_ index: Int) -> String {
    let node = table.node(index)
    return node.op.formula(node.inputs.map { name(table.views[$0.index].value) })
  }

  private func name(_ value: Int) -> String {
    guard value < table.counts.count else { return "copy\(value - table.counts.count)" }
    switch table.node(value).op {
    case let leaf as any Leaf: return leaf.label
    case let literal as Literal: return "\(literal.value)"
    default: return "%\(value)"
    }
  }
}

extension Section.Kind {
  fileprivate var mark: String {
    switch self {
    case .single: ""
    case .blockwise(let cut, _): " [\(cut.block) of \(cut.rows) rows at a time]"
    case .parallel: " [side by side]"
    }
  }
}
