import ApusGraph

/// The two passes of a tape done again with something changed in them: every number rounded before it
/// is used further, or a local derivative left out.
struct Recomputation {
  /// What one use of a number adds to its gradient, with the changed numbers.
  struct Use {
    let through: Tape.Place
    let upstream: Double
    let local: Double
  }

  /// What each step gives, before it is rounded itself.
  private(set) var values: [Tape.Place: Double] = [:]
  private(set) var gradients: [Tape.Place: Double] = [:]
  private(set) var uses: [Tape.Place: [Use]] = [:]

  /// - Parameters:
  ///   - round: of every step's result and every gradient, before its next use.
  ///   - local: the local derivative of a step that is taken in place of the true one.
  init(
    _ tape: Tape, rounding round: (Double) -> Double = { $0 },
    local: (TapeStep, Double) -> Double = { $1 }
  ) throws {
    let (trace, exact) = try tape.trace.recomputed(
      rounding: Set(tape.steps.map(\.output)), by: round)
    for step in tape.steps {
      for (element, value) in (exact[step.output] ?? []).enumerated() {
        values[Tape.Place(step.output, element)] = value
      }
    }
    let needed = tape.subject.graph.ancestors(of: [tape.subject.result])
    let steps = tape.steps.filter { needed[$0.output.index] }
    let dependencies = ElementDependencies(trace)
    gradients[Tape.Place(tape.subject.result, 0)] = 1
    for step in steps.reversed() {
      guard tape.isVariable(step.output), let derivative = StepDerivative(step, in: trace) else {
        continue
      }
      for (element, row) in try derivative.jacobian().enumerated() {
        let output = Tape.Place(step.output, element)
        let upstream = round(gradients[output] ?? 0)
        for source in dependencies.sources(of: step, element: element) {
          let node = step.operands[source.operand].source
          guard tape.isVariable(node), let slope = row[source.operand]?[source.element] else {
            continue
          }
          let place = Tape.Place(node, source.element)
          let used = local(step, slope)
          gradients[place, default: 0] += upstream * used
          uses[place, default: []].append(Use(through: output, upstream: upstream, local: used))
        }
      }
    }
  }
}
