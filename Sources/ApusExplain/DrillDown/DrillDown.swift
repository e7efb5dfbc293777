import ApusFormats
import ApusGraph

/// One layer, neuron or weight of a network with its own numbers, where the whole is too large for
/// them: the rows of the tensors between it and the loss, then its own rows number by number.
struct DrillDown {
  /// Units of a layer, and weights of a unit, that are shown: those with the largest gradients.
  static let units = 8
  static let weights = 5

  private let tape: Tape
  private let whole: BackwardTape
  private let layers: NetworkLayers
  private let learningRate: Double

  static func explanation(
    of subject: Subject, at target: DrillTarget, options: ExplanationOptions
  ) throws -> Explanation {
    try DrillDown(subject, options).explanation(at: target)
  }

  private init(_ subject: Subject, _ options: ExplanationOptions) throws {
    let tensors = try Tape(subject, detail: .tensors)
    guard let layers = NetworkLayers(tensors.steps, subject.graph) else {
      throw DrillError(
        "--layer, --unit and --weight go into a chain of fully connected layers; this is none")
    }
    guard tensors.trace.value(subject.result)?.scalar != nil,
      tensors.trace.numbers(layers.input).count == layers.layers[0].inputs
    else {
      throw DrillError("--layer, --unit and --weight need one row and a loss that is one number")
    }
    self.layers = layers
    whole = try BackwardTape(ForwardTape(tensors))
    tape = tensors.number
    learningRate = options.learningRate
  }

  // MARK: What is meant

  private func explanation(at target: DrillTarget) throws -> Explanation {
    switch target {
    case .layer(let name):
      let index = try layers.index(of: name)
      let layer = layers.layers[index]
      let units = largest(whole.gradients[layer.netInput], Self.units, among: 0..<layer.units)
      let note =
        units.count < layer.units
        ? "\(name), the \(units.count) of its \(layer.units) units with the largest gradients; "
          + "--unit \(name):N shows any of them" : "\(name), its \(layer.units) units"
      return try explanation(index, units, shown: [:], note)
    case .unit(let name, let number):
      let index = try layers.index(of: name)
      let layer = layers.layers[index]
      guard (1...layer.units).contains(number) else {
        throw DrillError("\(name) has the units 1 to \(layer.units), there is no unit \(number)")
      }
      let (unit, first) = (number - 1, (number - 1) * layer.inputs)
      var shown = [
        layer.weight: largest(
          whole.gradients[layer.weight], Self.weights, among: first..<first + layer.inputs)
      ]
      if let bias = layer.bias { shown[bias] = [unit] }
      return try explanation(
        index, [unit], shown: shown,
        "unit \(number) of \(name): \(label(layer.activation, unit))"
          + (layer.inputs > Self.weights
            ? "; of its \(layer.inputs) weights those with the largest gradients" : ""))
    case .weight(let text):
      let place = try ParameterSearch(tape).place(text)
      guard let element = place.element,
        let index = layers.layers.firstIndex(where: {
          $0.weight == place.node || $0.bias == place.node
        })
      else { throw DrillError("\(text) belongs to no fully connected layer") }
      let layer = layers.layers[index]
      let unit = place.node == layer.weight ? element / layer.inputs : element
      let quantity = tape.quantity(place)
      let position = (quantity.index ?? []).map(String.init).joined(separator: ",")
      return try explanation(
        index, [unit], shown: [place.node: [element]],
        "\(quantity.tensor)[\(position)], counted from 0, is \(quantity.name)")
    }
  }

  /// The places with the largest numbers, in their order.
  private func largest(_ data: TensorData?, _ count: Int, among range: Range<Int>) -> [Int] {
    guard let numbers = data?.doubles() else { return [] }
    return range.filter { numbers.indices.contains($0) }
      .sorted { (numbers[$0].magnitude, $1) > (numbers[$1].magnitude, $0) }
      .prefix(count).sorted()
  }

  private func label(_ node: NodeID, _ element: Int) -> String {
    tape.quantity(Tape.Place(node, element)).name
  }

  // MARK: Its rows

  private func explanation(
    _ index: Int, _ units: [Int], shown: [NodeID: [Int]], _ note: String
  ) throws -> Explanation {
    let layer = layers.layers[index]
    let nodes = [layer.netInput, layer.activation]
    let places = Set(nodes.flatMap { node in units.map { Tape.Place(node, $0) } })
    let forward = ForwardTape(tape, showing: places)
    var header = tape.subject.header
    header.notes.append(note)
    let mine = Set(nodes + [layer.weight, layer.bias ?? layer.weight]).map {
      tape.quantity(Tape.Place($0, nil)).name
    }
    var explanation = Explanation(
      header: header,
      shapes: ShapeLedger.entries(of: tape).filter { mine.contains($0.symbol) },
      forward: forward.rows, loss: nil, backward: [], parameters: [], step: nil, remarks: [])
    var numbers = addTensors(behind: layer.activation, to: &explanation)
    let uses = ElementUses(forward)
    var order = units.map { Tape.Place(layer.activation, $0) }
    if layer.activation != layer.netInput {
      order += units.map { Tape.Place(layer.netInput, $0) }
    }
    for (node, elements) in shown.sorted(by: { $0.key < $1.key }) {
      order += elements.map { Tape.Place(node, $0) }
    }
    for place in order {
      let row = try row(place, explanation, numbers, uses)
      numbers[place] = row.number
      explanation.backward.append(row)
    }
    RowNotes.add(to: &explanation)
    try addParameters(index, units, shown, to: &explanation)
    if let chain = chain(explanation, shown) { explanation.remarks.append(chain) }
    return explanation
  }

  /// The backward rows of whole tensors from the loss to the layer behind, numbered anew.
  private func addTensors(
    behind node: NodeID, to explanation: inout Explanation
  ) -> [Tape.Place: Int] {
    var numbers: [Tape.Place: Int] = [:]
    var renumbered: [Int: Int] = [:]
    let places = Dictionary(
      whole.numbers.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for row in whole.rows {
      guard let place = places[row.number], node < place.node,
        tape.subject.role(of: place.node) != .parameter
      else { continue }
      let number = explanation.forward.count + explanation.backward.count + 1
      renumbered[row.number] = number
      numbers[place] = number
      let contributions = row.contributions.map { use in
        Contribution(
          through: use.through, operation: use.operation, row: renumbered[use.row] ?? use.row,
          upstream: use.upstream, localFormula: use.localFormula, local: use.local,
          product: use.product)
      }
      explanation.backward.append(
        BackwardRow(
          number: number, quantity: row.quantity, contributions: contributions,
          gradient: row.gradient, estimate: row.estimate))
    }
    return numbers
  }

  private func row(
    _ place: Tape.Place, _ explanation: Explanation, _ numbers: [Tape.Place: Int],
    _ uses: ElementUses
  ) throws -> BackwardRow {
    let element = place.element ?? 0
    let gradient = whole.gradients[place.node]?.doubles()[element] ?? 0
    let contributions = try uses.uses(of: place).map { use in
      let upstream = whole.gradients[use.step.output]?.doubles()[use.element] ?? 0
      let formula = uses.formula(use)
      let local = try uses.slope(use, formula)
      return Contribution(
        through: tape.quantity(use.output).name, operation: use.step.name,
        row: numbers[use.output] ?? numbers[Tape.Place(use.step.output, nil)] ?? 0,
        upstream: Numbers(upstream), localFormula: formula, local: local,
        product: Numbers(upstream * local))
    }
    return BackwardRow(
      number: explanation.forward.count + explanation.backward.count + 1,
      quantity: tape.quantity(place), contributions: contributions, gradient: Numbers(gradient),
      estimate: Estimate(
        .gradient, try NumericCheck(tape.trace).slope(of: place.node, element: element)))
  }

  private func addParameters(
    _ index: Int, _ units: [Int], _ shown: [NodeID: [Int]], to explanation: inout Explanation
  ) throws {
    let layer = layers.layers[index]
    for id in [layer.weight, layer.bias].compactMap({ $0 }) {
      guard shown.isEmpty || shown[id] != nil, let gradient = whole.gradients[id] else { continue }
      explanation.parameters.append(
        try ParameterTable.group(
          id, gradient.doubles(), tape, NumericCheck(tape.trace), learningRate,
          showing: shown[id]
            ?? largest(gradient, Self.weights, among: 0..<gradient.count)))
    }
  }

  /// For one weight alone: its gradient as one product.
  private func chain(_ explanation: Explanation, _ shown: [NodeID: [Int]]) -> Remark? {
    guard shown.count == 1, shown.values.first?.count == 1 else { return nil }
    let rows = explanation.backward.suffix(
      explanation.forward.count == 2 ? 3 : 2
    )
    guard let start = rows.first, rows.count > 1, let last = rows.last else { return nil }
    let style = NumberStyle()
    var (names, factors) = ([String](), [String]())
    for row in rows.dropFirst() {
      guard let use = row.contributions.first, let local = use.local else { return nil }
      names.append("∂\(use.through)/∂\(row.quantity.name)")
      factors.append(style.factor(local))
    }
    let result = explanation.backward.first?.quantity.name ?? "L"
    return Remark(
      .note, rows: rows.map(\.number),
      "∂\(result)/∂\(last.quantity.name) = ∂\(result)/∂\(start.quantity.name)·"
        + names.joined(separator: "·") + " = " + style.text(start.gradient.scalar ?? .nan) + "·"
        + factors.joined(separator: "·") + " = " + style.text(last.gradient.scalar ?? .nan))
  }
}

extension NumberStyle {
  /// A number that stands behind a sign: a negative one in parentheses.
  func factor(_ value: Double) -> String {
    let text = text(value)
    return text.hasPrefix("−") ? "(\(text))" : text
  }
}

extension NetworkLayers {
  /// The place of a layer in the chain.
  ///
  /// - Throws: with the nearest name.
  func index(of name: String) throws -> Int {
    if let index = layers.firstIndex(where: { $0.path == name }) { return index }
    let paths = layers.map(\.path)
    throw DrillError(
      "there is no layer \"\(printable(name, limit: 60))\". "
        + (didYouMean(name, in: paths).map { $0 + " " } ?? "")
        + "The layers are \(paths.joined(separator: ", ")).")
  }
}
