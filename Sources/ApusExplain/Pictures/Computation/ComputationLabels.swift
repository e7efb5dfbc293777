import ApusDrawing
import ApusFormats
import ApusGraph

/// Turns the blocks of a computation into nodes and arrows, with what is known at a frame.
struct ComputationLabels {
  private let trace: ComputationTrace
  private let blocks: [ComputationBlock]
  private let style: NumberStyle
  /// Blocks that have been computed, and those whose gradient has been handed on.
  private let computed: Set<Int>
  private let returned: Set<Int>
  private let isBackward: Bool
  private let current: Int?
  /// The block that computes a quantity.
  private let makers: [Tape.Place: Int]
  /// The block whose backward step a row's contribution comes from.
  private let owners: [Int: Int]

  init(
    _ trace: ComputationTrace, _ blocks: [ComputationBlock], _ frames: [ComputationFrame],
    _ options: ComputationOptions
  ) {
    self.trace = trace
    self.blocks = blocks
    style = options.style
    let done = options.frame.map { frames.prefix($0) } ?? frames[...]
    computed = Set(done.compactMap { if case .forward(let index) = $0 { index } else { nil } })
    returned = Set(done.compactMap { if case .backward(let index) = $0 { index } else { nil } })
    isBackward = !returned.isEmpty
    switch options.frame == nil ? nil : done.last {
    case .forward(let index), .backward(let index): current = index
    case nil: current = nil
    }
    var makers: [Tape.Place: Int] = [:]
    var owners: [Int: Int] = [:]
    for (index, block) in blocks.enumerated() {
      for operation in block.operations {
        let output = trace.operations[operation].output
        makers[output] = index
        if let row = trace.backwardRow(of: output) { owners[row] = index }
      }
    }
    self.makers = makers
    self.owners = owners
  }

  var diagram: ComputationDiagram {
    var diagram = ComputationDiagram()
    var nodes: [Tape.Place: Int] = [:]
    let circles = blocks.indices.map { diagram.add(circle($0)) }
    for (index, block) in blocks.enumerated() {
      var uses: [Tape.Place: Int] = [:]
      for operand in outside(block) {
        let node: Int
        if let known = nodes[operand], !isWrittenNumber(operand) {
          node = known
        } else {
          node = diagram.add(self.node(of: operand))
          nodes[operand] = node
          if let maker = makers[operand] { diagram.connect(circles[maker], node) }
        }
        let use = uses[operand, default: 0]
        uses[operand] = use + 1
        if let factor = factor(of: operand, use, into: index) {
          let label = diagram.add(factor)
          diagram.connect(node, label)
          diagram.connect(label, circles[index])
        } else {
          diagram.connect(node, circles[index])
        }
      }
    }
    for operation in trace.operations where nodes[operation.output] == nil {
      guard isShown(operation.output), let maker = makers[operation.output] else { continue }
      diagram.connect(circles[maker], diagram.add(self.node(of: operation.output)))
    }
    return diagram
  }

  private func circle(_ index: Int) -> ComputationDiagram.Node {
    let block = blocks[index]
    var node = ComputationDiagram.Node(
      block.isLayer ? .layer : .operation, block.lines, isCurrent: index == current,
      tooltip: tooltip(block))
    node.emphasis = emphasis(
      block.operations.contains { operation in
        trace.isOnPath(trace.operations[operation].output)
          && trace.operations[operation].operands.contains(where: trace.isOnPath)
      })
    return node
  }

  private func emphasis(_ isOnPath: Bool) -> ComputationDiagram.Emphasis {
    trace.path == nil || trace.isPathAlone ? .none : isOnPath ? .strong : .faded
  }

  /// On the path, what the gradient is multiplied by on its way back through one use of a quantity.
  private func factor(
    of place: Tape.Place, _ use: Int, into index: Int
  ) -> ComputationDiagram.Node? {
    guard trace.isOnPath(place), returned.contains(index),
      let operation = blocks[index].operations.first,
      let row = trace.backwardRow(of: trace.operations[operation].output)
    else { return nil }
    let uses = trace.contributions(to: place).filter { $0.row == row }
    guard uses.indices.contains(use), let local = uses[use].local else { return nil }
    var node = ComputationDiagram.Node(.factor, ["×\(style.factor(local))"])
    node.emphasis = emphasis(true)
    return node
  }

  /// What a block reads: one entry for each use, except that a layer's parameters are its own.
  private func outside(_ block: ComputationBlock) -> [Tape.Place] {
    let made = Set(block.operations.map { trace.operations[$0].output })
    var seen: Set<Tape.Place> = []
    return block.operations.flatMap { trace.operations[$0].operands }.filter { place in
      guard block.isLayer else { return true }
      let role = trace.tape.subject.role(of: place.node)
      return !made.contains(place) && role != .parameter && role != .constant
        && seen.insert(place).inserted
    }
  }

  /// Results that nothing reads: all but those inside a layer.
  private func isShown(_ place: Tape.Place) -> Bool {
    let used = trace.operations.contains { $0.operands.contains(place) }
    return !used || place.node == trace.tape.subject.result
  }

  private func isWrittenNumber(_ place: Tape.Place) -> Bool {
    let op = trace.tape.subject.graph[place.node].op
    return op is Constant || op is Literal
  }

  private func node(of place: Tape.Place) -> ComputationDiagram.Node {
    let kind: ComputationDiagram.Kind =
      switch trace.tape.subject.role(of: place.node) {
      case .input, .target: .input
      case .parameter: .parameter
      case .constant: .constant
      case .loss: .result
      case .intermediate: place.node == trace.tape.subject.result ? .result : .quantity
      }
    var node = ComputationDiagram.Node(kind, lines(of: place), gradient: gradient(of: place))
    node.emphasis = emphasis(trace.isOnPath(place))
    if isKnown(place) { node.map = map(trace.tape.numbers(place)) }
    if hasWholeGradient(place) { node.gradientMap = trace.gradient(of: place).flatMap(map) }
    return node
  }

  /// Of a tensor whose numbers are not written out.
  private func map(_ numbers: Numbers) -> HeatMap? {
    numbers.values.count > ComputationTrace.written
      ? HeatMap(numbers.values, shape: numbers.shape) : nil
  }

  private func isKnown(_ place: Tape.Place) -> Bool {
    makers[place].map(computed.contains) ?? true
  }

  private func hasWholeGradient(_ place: Tape.Place) -> Bool {
    isBackward
      && trace.contributions(to: place).allSatisfy {
        owners[$0.row].map(returned.contains) ?? false
      }
  }

  private func lines(of place: Tape.Place) -> [String] {
    let numbers = trace.tape.numbers(place)
    let value = isKnown(place) ? trace.text(numbers, style) : "—"
    if isWrittenNumber(place), numbers.scalar != nil { return [value] }
    let name = printable(trace.tape.quantity(place).name, limit: 40)
    if numbers.shape.isEmpty || place.element != nil { return ["\(name) = \(value)"] }
    return ["\(name) \(numbers.shape)"] + Self.wrapped(value)
  }

  /// A vector of four long numbers in two lines.
  private static func wrapped(_ text: String) -> [String] {
    let parts = text.split(separator: ";")
    guard text.count > 24, parts.count > 2 else { return [text] }
    let half = (parts.count + 1) / 2
    return [
      parts[..<half].joined(separator: ";") + ";",
      String(parts[half...].joined(separator: ";").dropFirst()),
    ]
  }

  /// The gradient as far as it is known, and what the uses of the quantity add to it.
  private func gradient(of place: Tape.Place) -> [String] {
    guard let gradient = trace.gradient(of: place) else { return [] }
    guard isBackward else { return ["∂ —"] }
    let contributions = trace.contributions(to: place)
    let arrived = contributions.filter { owners[$0.row].map(returned.contains) ?? false }
    let sum = Self.sum(arrived.map { text($0.product) })
    guard arrived.count == contributions.count else {
      return arrived.isEmpty ? ["∂ —"] : ["∂ \(sum) + …"]
    }
    let isShort = arrived.count == 2 || arrived.count == 3
    let isNumber = gradient.scalar != nil && isShort
    return Self.wrapped("∂ " + text(gradient)) + (isNumber ? ["= " + sum] : [])
  }

  /// `1 − 2`: a term that brings its own sign needs no plus in front.
  private static func sum(_ terms: [String]) -> String {
    terms.dropFirst().reduce(terms.first ?? "") { text, term in
      text + (term.hasPrefix("−") ? " − " + term.dropFirst() : " + " + term)
    }
  }

  private func text(_ gradient: Numbers) -> String {
    gradient.values.count <= ComputationTrace.written
      ? trace.text(gradient, style) : "norm \(style.text(gradient.norm))"
  }

  private func tooltip(_ block: ComputationBlock) -> String? {
    guard let last = block.operations.last, let row = trace.operations[last].row else { return nil }
    return printable("\(row.quantity.name) = \(row.formula.symbolic)", limit: 300)
  }
}
