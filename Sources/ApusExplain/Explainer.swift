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
  package static func explanation(
    of subject: Subject, options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    let tape = try Tape(subject, detail: options.detail)
    let forward = ForwardTape(tape)
    var explanation = Explanation(
      header: subject.header, shapes: ShapeLedger.entries(of: tape), forward: forward.rows,
      loss: lossPart(of: tape, forward), backward: [], parameters: [], step: nil, remarks: [])
    if tape.trace.value(subject.result)?.scalar != nil, tape.isVariable(subject.result) {
      let backward = try BackwardTape(forward)
      explanation.backward = backward.rows
      explanation.parameters =
        try ParameterTable(backward, learningRate: options.learningRate).groups
      explanation.step = try StepTrials.report(
        tape, explanation.parameters, gradients: backward.gradients,
        learningRate: options.learningRate)
    }
    Remarks.add(to: &explanation, tape)
    return explanation
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
