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
    case is CategoricalCrossEntropy, is SoftmaxCrossEntropy:
      let predictions = sources.filter { $0.operand == 0 }
      let targets = sources.filter { $0.operand == 1 }
      guard predictions.count == targets.count else { return nil }
      if step.op is SoftmaxCrossEntropy, tape.subject.probabilities == nil { return nil }
      let terms = zip(predictions, targets).map { p, t -> [Formula.Piece] in
        let place = probability(of: p, step, tape)
        return [.text("−"), pieces(t), .text("·log("), .operand(operand(place)), .text(")")]
      }
      return Formula(terms: terms)
    case is BinaryCrossEntropy where sources.count == 2:
      let (p, t) = (pieces(sources[0]), pieces(sources[1]))
      return Formula([
        .text("−"), t, .text("·log("), p, .text(") − (1 − "), t, .text(")·log(1 − "), p,
        .text(")"),
      ])
    case _ where step.name == "reduction":
      guard let scale = tape.subject.lossScale else { return nil }
      let terms = sources.map { [pieces($0)] }
      if scale.divisor == 1 || terms.count > 6 { return Formula(terms: terms) }
      var sum: [Formula.Piece] = terms.count > 1 ? [.text("(")] : []
      for (index, term) in terms.enumerated() { sum += (index > 0 ? [.text(" + ")] : []) + term }
      return Formula(sum + [.text((terms.count > 1 ? ")" : "") + "/\(scale.divisor)")])
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

  /// The probability that a score stands for, where the loss takes scores.
  static func probability(
    of source: ElementDependencies.Source, _ step: TapeStep, _ tape: Tape
  ) -> Tape.Place {
    let own = Tape.Place(step.operands[source.operand].source, source.element)
    guard step.op is SoftmaxCrossEntropy, let node = tape.subject.probabilities else { return own }
    return Tape.Place(node, source.element)
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
    case is SoftmaxCrossEntropy where source.operand == 0 && tape.subject.probabilities != nil:
      // Where the targets of a row add up to 1, as they do for classes.
      let all = ElementDependencies(tape.trace).sources(of: step, element: element)
      let scores = all.filter { $0.operand == 0 }
      let targets = all.filter { $0.operand == 1 }
      guard let index = scores.firstIndex(of: source), targets.indices.contains(index) else {
        return nil
      }
      let t = targets[index]
      return Formula([
        .operand(operand(probability(of: source, step, tape))), .text(" − "),
        .operand(operand(Tape.Place(step.operands[t.operand].source, t.element))),
      ])
    case is BinaryCrossEntropy where source.operand == 0:
      let all = ElementDependencies(tape.trace).sources(of: step, element: element)
      guard let t = all.first(where: { $0.operand == 1 }) else { return nil }
      let target = Formula.Piece.operand(
        operand(Tape.Place(step.operands[1].source, t.element)))
      return Formula([
        .text("(−"), target, .text("/"), input, .text(" + (1 − "), target, .text(")/(1 − "), input,
        .text("))"),
      ])
    case _ where step.name == "reduction":
      return tape.subject.lossScale.map { Formula($0.text) }
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
