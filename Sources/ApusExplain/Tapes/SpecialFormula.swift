import ApusGraph

/// Formulas of ops whose own nodes would hide what they mean: a softmax is exp over a sum of exps,
/// whatever is done against overflow.
enum SpecialFormula {
  typealias OperandOf = (Tape.Place) -> Formula.Operand

  static func forward(
    _ step: TapeStep, _ element: Int, _ tape: Tape, _ operand: OperandOf
  ) -> Formula? {
    let dependencies = ElementDependencies(tape.trace)
    let sources = dependencies.sources(of: step, element: element)
    func pieces(_ source: ElementDependencies.Source) -> Formula.Piece {
      .operand(operand(Tape.Place(step.operands[source.operand].source, source.element)))
    }
    switch step.op {
    case is Softmax where sources.indices.contains(element % max(sources.count, 1)):
      let own = sources.first { $0.element == element } ?? sources[0]
      let numerator: [Formula.Piece] = [.text("exp("), pieces(own), .text(")/(")]
      let shown = sources.count <= 6 ? sources : Array(sources.prefix(2))
      var sum: [Formula.Piece] = []
      for (index, source) in shown.enumerated() {
        sum += [.text(index == 0 ? "exp(" : " + exp("), pieces(source), .text(")")]
      }
      if sources.count > 6 { sum.append(.text(" + … (\(sources.count) terms)")) }
      return Formula(numerator + sum + [.text(")")])
    case is CategoricalCrossEntropy:
      let probabilities = sources.filter { $0.operand == 0 }
      let targets = sources.filter { $0.operand == 1 }
      guard probabilities.count == targets.count else { return nil }
      return Formula(
        terms: zip(probabilities, targets).map { p, t in
          [.text("−"), pieces(t), .text("·log("), pieces(p), .text(")")]
        })
    case is BinaryCrossEntropy where sources.count == 2:
      let (p, t) = (pieces(sources[0]), pieces(sources[1]))
      return Formula([
        .text("−"), t, .text("·log("), p, .text(") − (1 − "), t, .text(")·log(1 − "), p,
        .text(")"),
      ])
    case is Mean:
      let count = sources.count
      guard count > 0, count <= 6 else { return nil }
      if count == 1 { return Formula([pieces(sources[0])]) }
      var sum: [Formula.Piece] = [.text("(")]
      for (index, source) in sources.enumerated() {
        if index > 0 { sum.append(.text(" + ")) }
        sum.append(pieces(source))
      }
      return Formula(sum + [.text(")/\(count)")])
    case is ReduceMax, is ReduceMin:
      let name = step.op is ReduceMax ? "max(" : "min("
      guard sources.count <= 6 else { return nil }
      var list: [Formula.Piece] = [.text(name)]
      for (index, source) in sources.enumerated() {
        if index > 0 { list.append(.text(", ")) }
        list.append(pieces(source))
      }
      return Formula(list + [.text(")")])
    default: return nil
    }
  }

  /// The local derivative of an output element for one source element, as text with operands.
  static func local(
    _ step: TapeStep, _ element: Int, _ source: ElementDependencies.Source, _ tape: Tape,
    _ operand: OperandOf
  ) -> Formula? {
    let output = Formula.Piece.operand(operand(Tape.Place(step.output, element)))
    let node = step.operands[source.operand].source
    let input = Formula.Piece.operand(operand(Tape.Place(node, source.element)))
    switch step.op {
    case is Softmax where source.element == element:
      return Formula([output, .text("·(1 − "), output, .text(")")])
    case is Softmax:
      let other = Formula.Piece.operand(operand(Tape.Place(step.output, source.element)))
      return Formula([.text("−"), output, .text("·"), other])
    case is LogSumExp:
      return Formula([.text("exp("), input, .text(" − "), output, .text(")")])
    case is ReduceMax, is ReduceMin:
      return Formula([.text("["), input, .text(" = "), output, .text("]")])
    case is Maximum, is Minimum:
      let others = step.operands.indices.filter { $0 != source.operand }
      guard others.count == 1 else { return nil }
      let sources = ElementDependencies(tape.trace).sources(of: step, element: element)
      guard let other = sources.first(where: { $0.operand == others[0] }) else { return nil }
      let place = Tape.Place(step.operands[other.operand].source, other.element)
      let sign = step.op is Maximum ? " > " : " < "
      return Formula([.text("["), input, .text(sign), .operand(operand(place)), .text("]")])
    default: return nil
    }
  }
}
