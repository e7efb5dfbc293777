import ApusGraph

/// How an explanation is computed.
public struct ExplanationOptions: Hashable, Sendable {
  /// Of the step of gradient descent that is shown.
  public var learningRate: Double
  public var detail: Detail

  public init(learningRate: Double = 0.1, detail: Detail = .automatic) {
    self.learningRate = learningRate
    self.detail = detail
  }
}

/// Computes explanations.
package enum Explainer {
  /// Lines of text that an explanation has at the most when nobody asks for a detail: of the levels
  /// that keep to it the one that tells most.
  static let mostLines = 199
  /// Numbers that are explained one by one at the most when somebody asks for all.
  static let mostNumbers = 5_000

  package static func explanation(
    of subject: Subject, options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    let tape = try Tape(subject, detail: options.detail)
    guard options.detail == .automatic else {
      if tape.isScalar { try requireFew(tape) }
      return try explanation(tape, options)
    }
    if tape.isScalar, subject.rowNumbers.count <= 1 {
      for detail in [Detail.numbers, .largest] {
        let found = try explanation(Tape(subject, detail: detail), options)
        if found.text().count(where: { $0 == "\n" }) <= mostLines { return found }
      }
    }
    return try explanation(Tape(subject, detail: .tensors), options)
  }

  private static func requireFew(_ tape: Tape) throws {
    var nodes = Set(tape.steps.map(\.output))
    for step in tape.steps { nodes.formUnion(step.operands.map(\.source)) }
    let count = nodes.reduce(0) { $0 + tape.trace.numbers($1).count }
    guard count <= mostNumbers else {
      throw SubjectError(
        "\(NumberFormat.grouped(count)) numbers are too many to show one by one; --unit and --weight "
          + "show those of one neuron or weight", .usage)
    }
  }

  private static func explanation(
    _ tape: Tape, _ options: ExplanationOptions
  ) throws -> Explanation {
    let subject = tape.subject
    let forward = ForwardTape(tape)
    var explanation = Explanation(
      header: subject.header, shapes: ShapeLedger.entries(of: tape), forward: forward.rows,
      loss: lossPart(of: tape, forward), backward: [], parameters: [], step: nil, remarks: [])
    if tape.trace.value(subject.result)?.scalar != nil, tape.isVariable(subject.result) {
      let backward = try BackwardTape(forward)
      explanation.backward = backward.rows
      let parameters = try ParameterTable(backward, learningRate: options.learningRate)
      explanation.parameters = parameters.groups
      explanation.batch = try BatchTable.part(tape, parameters)
      explanation.step = try StepTrials.report(
        tape, explanation.parameters, gradients: backward.gradients,
        learningRate: options.learningRate)
    }
    if let note = note(on: explanation, tape) { explanation.header.notes.append(note) }
    Remarks.add(to: &explanation, tape)
    return explanation
  }

  /// What is left out, and how to see it.
  private static func note(on explanation: Explanation, _ tape: Tape) -> String? {
    guard explanation.parameters.contains(where: { $0.entries.count < $0.count }) else {
      return nil
    }
    let way = "--detail numbers shows all, --unit LAYER:N and --weight NAME one of them"
    guard tape.isScalar else {
      return tape.subject.notation == nil || tape.subject.rowNumbers.count > 1
        ? nil : "rows are whole tensors: \(way)"
    }
    return "of inputs and parameters with more than \(ParameterTable.listed) numbers the "
      + "\(ParameterTable.chosen) with the largest gradients are shown: \(way)"
  }

  /// One layer, unit or weight of a network with its own numbers.
  package static func explanation(
    of subject: Subject, at target: DrillTarget, options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    try DrillDown.explanation(of: subject, at: target, options: options)
  }

  private static func lossPart(of tape: Tape, _ forward: ForwardTape) -> LossPart? {
    guard let node = tape.subject.lossTerms,
      let value = tape.trace.value(tape.subject.result)?.scalar
    else { return nil }
    let rows = forward.rows.filter { $0.isLoss }
    let places = tape.places(of: node)
    let values = tape.trace.numbers(node)
    let terms = places.compactMap { place -> LossPart.Term? in
      guard let number = forward.numbers[place],
        let row = rows.first(where: { $0.number == number }), let value = row.value.scalar
      else { return nil }
      return LossPart.Term(name: row.quantity.name, formula: row.formula, value: value)
    }
    return LossPart(
      terms: terms, sum: values.reduce(0, +), reduction: tape.subject.lossReduction ?? "",
      value: value)
  }
}

extension Expression {
  /// The forward and backward pass of this expression with every number.
  ///
  /// ```swift
  /// let f = try Expression("max(w1*x1 + w2*x2, x3)", at: "w1=2, w2=-1, x1=3, x2=4, x3=1")
  /// print(try f.explanation().text())
  /// ```
  public func explanation(
    options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    try Explainer.explanation(of: try Subject(self), options: options)
  }
}
