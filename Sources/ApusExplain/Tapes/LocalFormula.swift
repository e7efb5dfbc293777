import ApusGraph

/// Prints local derivatives from the ops' own derivative rules: a rule is asked for the derivative
/// of one step with the upstream 1, and the nodes that it emits are printed.
struct LocalFormula {
  let forward: ForwardTape
  private let dependencies: ElementDependencies

  init(_ forward: ForwardTape) {
    self.forward = forward
    dependencies = ElementDependencies(forward.tape.trace)
  }

  private var tape: Tape { forward.tape }

  /// ∂output[element]/∂source for a step of numbers.
  func formula(
    _ step: TapeStep, _ element: Int, _ source: ElementDependencies.Source
  ) -> Formula {
    let site = FormulaSite(step, element, tape, show: forward.operand)
    if let special = SpecialFormulas.of(step)?.local(site, source) { return special }
    if let factor = productFactor(step, element, source) { return factor }
    let operators = step.members.filter { $0 <= step.core }.map { tape.subject.graph[$0] }
    let isElementwise = operators.allSatisfy { node in
      ElementDependencies.isElementwise(node.op) || View.isView(node, in: tape.subject.graph)
        || node.op is Literal
    }
    if isElementwise, let printed = elementwise(step, element, source) { return printed }
    if operators.allSatisfy({ $0.op is ReduceSum }) { return Formula("1") }
    let output = tape.quantity(Tape.Place(step.output, element)).name
    let node = step.operands[source.operand].source
    return Formula("∂\(output)/∂\(tape.quantity(Tape.Place(node, source.element)).name)")
  }

  /// In a product of matrices plus anything, an element's derivative is the other factor, or 1.
  private func productFactor(
    _ step: TapeStep, _ element: Int, _ source: ElementDependencies.Source
  ) -> Formula? {
    let graph = tape.subject.graph
    let products = step.members.filter { graph[$0].op is MatMul }
    guard products.count == 1,
      step.members.allSatisfy({ graph[$0].op is MatMul || graph[$0].op is Add })
    else { return nil }
    let product = products[0]
    let node = graph[product]
    let operand = step.operands[source.operand]
    guard let place = node.inputs.firstIndex(of: step.entry(of: operand)) else {
      return Formula("1")
    }
    // The element of the product that this element of the step adds to.
    let element = step.output == product ? element : elementOf(product, in: step, element)
    let inputs = dependencies.inputs(of: product, element: element)
    let mine = inputs.filter { $0.position == place }
    let other = inputs.filter { $0.position == 1 - place }
    guard
      let index = mine.firstIndex(where: {
        dependencies.through(operand.views, $0.element) == source.element
      })
    else { return nil }
    let pieces = forward.printer(for: step).pieces(node.inputs[1 - place], other[index].element)
    return Formula(pieces)
  }

  private func elementOf(_ product: NodeID, in step: TapeStep, _ element: Int) -> Int {
    var (node, index) = (step.output, element)
    while node != product {
      let inputs = dependencies.inputs(of: node, element: index)
      guard
        let next = inputs.first(where: {
          let input = tape.subject.graph[node].inputs[$0.position]
          return input == product
            || tape.subject.graph[input].op is Add
              && step.members.contains(input)
        })
      else { return index }
      (node, index) = (tape.subject.graph[node].inputs[next.position], next.element)
    }
    return index
  }

  /// The rule of an elementwise step on scalars with the upstream 1, printed.
  private func elementwise(
    _ step: TapeStep, _ element: Int, _ source: ElementDependencies.Source
  ) -> Formula? {
    let source = step.operands.count > source.operand ? source : nil
    guard let source else { return nil }
    let graph = Graph()
    var handles: [NodeID: Tensor] = [:]
    var shown: [NodeID: Formula.Operand] = [:]
    var leaves: [Tensor] = []
    let elements = dependencies.sources(of: step, element: element)
    for (index, operand) in step.operands.enumerated() {
      let node = tape.subject.graph[operand.source]
      let leaf: Tensor
      if let literal = node.op as? Literal {
        leaf = graph.literal(literal.value, dtype: literal.dtype)
      } else {
        leaf = graph.input("operand \(index)", dtype: node.type.dtype)
        guard let own = elements.first(where: { $0.operand == index }) else { return nil }
        shown[leaf.id] = forward.operand(Tape.Place(operand.source, own.element))
      }
      leaves.append(leaf)
      handles[step.entry(of: operand)] = leaf
    }
    for member in step.members where member <= step.core {
      let node = tape.subject.graph[member]
      let inputs =
        step.members.count == 1 ? leaves : node.inputs.compactMap { handles[$0] }
      guard inputs.count == node.inputs.count else { return nil }
      let isView = View.isView(node, in: tape.subject.graph)
      handles[member] = isView ? inputs[0] : graph.apply(node.op, on: inputs)
    }
    guard let output = handles[step.core], leaves.indices.contains(source.operand) else {
      return nil
    }
    shown[output.id] = forward.operand(Tape.Place(step.output, element))
    let slope = graph.gradient(
      of: output, with: leaves[source.operand],
      upstream: graph.literal(1, dtype: output.dtype))
    guard let snapshot = try? graph.snapshot() else { return nil }
    let printer = FormulaPrinter(graph: snapshot) { id, _ in
      shown[id]
    } inputs: { _, _ in
      []
    }
    return Formula(printer.pieces(slope.id, nil))
  }

  /// upstream · ∂output/∂operand for whole tensors, printed from the rule: `∂z·W`.
  func product(_ step: TapeStep, _ operand: Int, upstream: Formula.Operand) -> Formula {
    let graph = Graph()
    var handles: [NodeID: Tensor] = [:]
    var shown: [NodeID: Formula.Operand] = [:]
    var leaves: [Tensor] = []
    var places: [Tensor] = []
    for (index, operand) in step.operands.enumerated() {
      let node = tape.subject.graph[operand.source]
      let leaf = graph.input("operand \(index)", node.type.shape, dtype: node.type.dtype)
      leaves.append(leaf)
      shown[leaf.id] = forward.whole(operand)
      let place = operand.views.reduce(leaf) { graph.apply(tape.subject.graph[$1].op, on: [$0]) }
      places.append(place)
      handles[step.entry(of: operand)] = place
    }
    for member in step.members {
      let node = tape.subject.graph[member]
      let inputs =
        step.members.count == 1 ? places : node.inputs.compactMap { handles[$0] }
      handles[member] = graph.apply(node.op, on: inputs)
    }
    let fallback = Formula([
      .operand(upstream),
      .text(
        " · ∂\(tape.quantity(.init(step.output, nil)).name)/∂\(shown[leaves[operand].id]?.name ?? "?")"
      ),
    ])
    if step.op is SoftmaxCrossEntropy, operand == 0, let p = tape.subject.probabilities {
      return Formula([
        .operand(upstream), .text("·("), .operand(forward.operand(Tape.Place(p, nil))),
        .text(" − "), .operand(forward.whole(step.operands[1])), .text(")"),
      ])
    }
    if step.name == LossReductionFormula.name, let scale = tape.subject.lossScale {
      return Formula([.operand(upstream), .text(scale.divisor == 1 ? "" : "/\(scale.divisor)")])
    }
    guard let output = handles[step.output], step.members.count <= 3 else { return fallback }
    shown[output.id] = forward.operand(Tape.Place(step.output, nil))
    let given = graph.input("upstream", output.shape, dtype: output.dtype)
    shown[given.id] = upstream
    let slope = graph.gradient(of: output, with: leaves[operand], upstream: given)
    guard let snapshot = try? graph.snapshot() else { return fallback }
    let printer = FormulaPrinter(graph: snapshot) { id, _ in
      shown[id]
    } inputs: { _, _ in
      []
    }
    return Formula(printer.pieces(slope.id, nil))
  }
}
