import ApusGraph

/// The rows of a forward pass.
struct ForwardTape {
  let tape: Tape
  private(set) var rows: [ForwardRow] = []
  /// The row of each computed quantity.
  private(set) var numbers: [Tape.Place: Int] = [:]
  private let dependencies: ElementDependencies

  /// - Parameter shown: the quantities that get rows; nil for all.
  init(_ tape: Tape, showing shown: Set<Tape.Place>? = nil) {
    self.tape = tape
    dependencies = ElementDependencies(tape.trace)
    for step in tape.steps {
      for place in tape.places(of: step.output) where shown?.contains(place) ?? true {
        let number = rows.count + 1
        rows.append(
          ForwardRow(
            number: number, quantity: tape.quantity(place), operation: step.name,
            formula: formula(of: step, at: place), value: tape.numbers(place),
            isLoss: tape.subject.lossNodes.contains(step.output)))
        numbers[place] = number
      }
    }
  }

  /// The operand of a formula that a place is shown as.
  func operand(_ place: Tape.Place) -> Formula.Operand {
    let value = tape.numbers(place)
    if tape.subject.graph[place.node].op is Constant
      || tape.subject.graph[place.node].op is Literal,
      let scalar = value.scalar
    {
      return Formula.Operand(FormulaPrinter.number(scalar), value, role: .constant)
    }
    return Formula.Operand(
      tape.quantity(place).name, value, role: tape.subject.role(of: place.node),
      row: numbers[place])
  }

  private func formula(of step: TapeStep, at place: Tape.Place) -> Formula {
    let printer = printer(for: step)
    if let formula = tape.names[step.output]?.formula, place.element == nil {
      return Formula(formula)
    }
    if let element = place.element {
      let site = FormulaSite(step, element, tape, show: operand)
      if let known = SpecialFormulas.of(step)?.forward(site) { return known }
      if step.op is any Composite {
        return Formula(composite(step, element, printer))
      }
      return Formula(terms: terms(step.core, element, in: step, printer))
    }
    if step.op is any Composite, let op = step.op {
      return Formula(
        FormulaPrinter.filled(op, step.operands.map { [.operand(whole($0))] }))
    }
    return Formula(printer.pieces(step.core, nil))
  }

  /// A whole tensor as an operand.
  func whole(_ source: TapeStep.Operand) -> Formula.Operand {
    operand(Tape.Place(source.source, nil))
  }

  /// A composite op's own formula: of numbers where it works element by element, else of tensors.
  private func composite(
    _ step: TapeStep, _ element: Int, _ printer: FormulaPrinter
  ) -> [Formula.Piece] {
    guard let op = step.op else { return printer.pieces(step.output, element) }
    let sources = dependencies.sources(of: step, element: element)
    let operands = step.operands.indices.map { index -> [Formula.Piece] in
      let elements = sources.filter { $0.operand == index }.map(\.element)
      let source = step.operands[index]
      return [
        .operand(
          elements.count == 1
            ? operand(Tape.Place(source.source, elements[0])) : whole(source))
      ]
    }
    return FormulaPrinter.filled(op, operands)
  }

  /// A printer that shows a step's operands by name and opens its members.
  func printer(for step: TapeStep) -> FormulaPrinter {
    let members = Set(step.members)
    return FormulaPrinter(graph: tape.subject.graph) { id, element in
      if members.contains(id) { return nil }
      if View.isView(tape.subject.graph[id], in: tape.subject.graph), element == nil { return nil }
      if tape.subject.graph[id].op is Literal { return nil }
      guard let element else { return operand(Tape.Place(id, nil)) }
      var (source, index) = (id, element)
      while View.isView(tape.subject.graph[source], in: tape.subject.graph) {
        index = dependencies.through([source], index)
        source = tape.subject.graph[source].inputs[0]
      }
      if tape.subject.graph[source].op is Literal { return nil }
      return operand(Tape.Place(source, index))
    } inputs: {
      dependencies.inputs(of: $0, element: $1)
    }
  }

  /// The summands of an element: of a product of matrices, a sum, or sums of these.
  private func terms(
    _ id: NodeID, _ element: Int, in step: TapeStep, _ printer: FormulaPrinter
  ) -> [[Formula.Piece]] {
    let node = tape.subject.graph[id]
    guard step.members.contains(id) else { return [printer.pieces(id, element)] }
    let inputs = dependencies.inputs(of: id, element: element)
    switch node.op {
    case is Add:
      return inputs.flatMap { terms(node.inputs[$0.position], $0.element, in: step, printer) }
    case is MatMul:
      let left = inputs.filter { $0.position == 0 }
      let right = inputs.filter { $0.position == 1 }
      // A weight is written in front of what it multiplies.
      let isSwapped = isParameter(node.inputs[1]) && !isParameter(node.inputs[0])
      return zip(left, right).map { left, right in
        let a = printer.pieces(node.inputs[0], left.element)
        let b = printer.pieces(node.inputs[1], right.element)
        return isSwapped ? b + [.text("·")] + a : a + [.text("·")] + b
      }
    case is ReduceSum:
      return inputs.map { printer.pieces(node.inputs[0], $0.element) }
    default: return [printer.pieces(id, element)]
    }
  }

  private func isParameter(_ id: NodeID) -> Bool {
    var source = id
    while View.isView(tape.subject.graph[source], in: tape.subject.graph) {
      source = tape.subject.graph[source].inputs[0]
    }
    return tape.subject.role(of: source) == .parameter
  }
}
