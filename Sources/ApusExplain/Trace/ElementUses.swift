import ApusGraph

/// From a number of a tape to the numbers that are computed of it, each with its local derivative.
struct ElementUses {
  /// One number's use in an element of a step.
  struct Use {
    let step: TapeStep
    /// Of the step's output.
    let element: Int
    let source: ElementDependencies.Source

    var output: Tape.Place { Tape.Place(step.output, element) }
  }

  let tape: Tape
  /// Those that the result needs.
  let steps: [TapeStep]
  private let dependencies: ElementDependencies
  private let local: LocalFormula

  init(_ forward: ForwardTape) {
    tape = forward.tape
    let needed = tape.subject.graph.ancestors(of: [tape.subject.result])
    steps = tape.steps.filter { needed[$0.output.index] }
    dependencies = ElementDependencies(tape.trace)
    local = LocalFormula(forward)
  }

  func uses(of place: Tape.Place) -> [Use] {
    guard let wanted = place.element else { return [] }
    return steps.flatMap { step -> [Use] in
      guard step.operands.contains(where: { $0.source == place.node }) else { return [] }
      return tape.trace.numbers(step.output).indices.flatMap { element in
        dependencies.sources(of: step, element: element)
          .filter { step.operands[$0.operand].source == place.node && $0.element == wanted }
          .map { Use(step: step, element: element, source: $0) }
      }
    }
  }

  /// ∂output/∂number as a formula.
  func formula(_ use: Use) -> Formula { local.formula(use.step, use.element, use.source) }

  /// ∂output/∂number. Where the formula is one quantity, as the other factor of a product is, that is its
  /// value; elsewhere the ops' derivative rules are run.
  func slope(_ use: Use, _ formula: Formula) throws -> Double {
    if formula.terms.count == 1, formula.terms[0].count == 1 {
      switch formula.terms[0][0] {
      case .operand(let operand): if let value = operand.value.scalar { return value }
      case .text(let text): if text == "1" { return 1 }
      }
    }
    guard let derivative = StepDerivative(use.step, in: tape.trace) else { return 0 }
    var unit = [Double](repeating: 0, count: tape.trace.numbers(use.step.output).count)
    unit[use.element] = 1
    let type = tape.trace.graph[use.step.output].type
    let data = TensorData(doubles: unit, shape: tape.shape(use.step.output), dtype: type.dtype)
    return try derivative.contributions(of: data)[use.source.operand]?
      .doubles()[use.source.element] ?? 0
  }
}
