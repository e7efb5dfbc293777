package import ApusDrawing
import ApusFormats
import ApusGraph

/// One neuron with its numbers both ways: products, sum, bias, activation, and what follows to the
/// loss as one box (LESSONS 3.4: a layer expands to one neuron, never to everything).
package struct UnitPicture {
  /// Inputs that have an arrow of their own: those with the largest products.
  static let inputs = 8

  private let tape: Tape
  private let layers: NetworkLayers
  private let layer: NetworkLayers.Layer
  private let unit: Int
  private let style: NumberStyle
  private let gradients: [NodeID: TensorData]
  /// What the layer reads.
  private let source: NodeID

  /// - Throws: when there is no such unit, or the subject is no chain of fully connected layers on one
  ///   row with a result that is one number.
  package init(
    _ subject: Subject, _ target: DrillTarget, style: NumberStyle = NumberStyle(digits: 4)
  ) throws {
    guard case .unit(let name, let number) = target else {
      throw PictureError("a unit is named by its layer and number, as dense_2:4")
    }
    let tensors = try Tape(subject, detail: .tensors)
    guard let layers = NetworkLayers(tensors.steps, subject.graph),
      tensors.trace.numbers(layers.input).count == layers.layers[0].inputs
    else {
      throw PictureError(
        "--unit goes into a chain of fully connected layers on one row; this is none")
    }
    guard tensors.trace.value(subject.result)?.scalar != nil else {
      throw PictureError("--unit needs a result that is one number, such as a loss")
    }
    let index = try layers.index(of: name)
    let layer = layers.layers[index]
    guard (1...layer.units).contains(number) else {
      throw PictureError("\(name) has the units 1 to \(layer.units), there is no unit \(number)")
    }
    tape = tensors.number
    self.layers = layers
    self.layer = layer
    self.style = style
    unit = number - 1
    source = index == 0 ? layers.input : layers.layers[index - 1].activation
    let needed = subject.graph.ancestors(of: [subject.result])
    let wanted = [layer.weight, layer.bias, layer.netInput, layer.activation].compactMap { $0 }
    gradients = try tensors.trace.gradients(
      with: Array(Set(wanted)).filter { needed[$0.index] && tensors.isVariable($0) })
  }

  package func figure() throws -> Figure {
    let (marks, size) = try diagram.laidOut()
    let header = tape.subject.header
    let parts: [String?] = [
      header.summary, header.loss, header.example,
      header.origin == nil ? header.seed.map { "seed \($0)" } : nil,
      header.origin.map { "numbers: \($0.rawValue)" },
    ]
    return Figure(
      title: title,
      subtitle: parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · "),
      caption: caption, size: size, marks: marks, table: try table,
      outline: diagram.outline)
  }

  package var dot: String { diagram.dot(title: title) }

  private var title: String {
    printable("Unit \(unit + 1) of \(layer.path), \(tape.subject.header.title)", limit: 160)
  }

  // MARK: Its numbers

  private func name(_ node: NodeID, _ element: Int) -> String {
    printable(tape.quantity(Tape.Place(node, element)).name, limit: 40)
  }

  private func value(_ node: NodeID, _ element: Int) -> Double {
    tape.trace.numbers(node)[element]
  }

  private func gradient(_ node: NodeID, _ element: Int) -> Double? {
    gradients[node]?.doubles()[element]
  }

  private func weight(_ input: Int) -> Int { unit * layer.inputs + input }

  private var products: [Double] {
    let (weights, inputs) = (tape.trace.numbers(layer.weight), tape.trace.numbers(source))
    return (0..<layer.inputs).map { weights[weight($0)] * inputs[$0] }
  }

  /// δ, the gradient of the net input.
  private var delta: Double? { gradient(layer.netInput, unit) }

  /// The inputs with the largest products, in their order.
  private func shown(_ products: [Double]) -> [Int] {
    guard products.count > Self.inputs + 1 else { return Array(products.indices) }
    return products.indices.sorted {
      (products[$0].magnitude, $1) > (products[$1].magnitude, $0)
    }.prefix(Self.inputs).sorted()
  }

  // MARK: Its picture

  package var diagram: ComputationDiagram {
    var diagram = ComputationDiagram()
    let products = self.products
    let shown = shown(products)
    let sum = diagram.add(.init(.operation, ["Σ"]))
    for input in shown {
      let operation = diagram.add(.init(.operation, ["×"]))
      for node in [given(input), parameter(layer.weight, weight(input))] {
        diagram.connect(diagram.add(node), operation)
      }
      let product = diagram.add(quantity(style.text(products[input]), delta))
      diagram.connect(operation, product)
      diagram.connect(product, sum)
    }
    if shown.count < products.count {
      let rest = products.indices.filter { !shown.contains($0) }.reduce(0) { $0 + products[$1] }
      let node = ComputationDiagram.Node(
        .constant,
        ["\(products.count - shown.count) more products", "sum \(style.text(rest))"])
      diagram.connect(diagram.add(node), sum)
    }
    let net = addNetInput(after: sum, total: products.reduce(0, +), to: &diagram)
    addActivation(after: net, to: &diagram)
    return diagram
  }

  /// An input, with what this unit alone adds to its gradient.
  private func given(_ input: Int) -> ComputationDiagram.Node {
    let own = delta.map { $0 * value(layer.weight, weight(input)) }
    return .init(
      .input, ["\(name(source, input)) = \(style.text(value(source, input)))"],
      gradient: own.map { ["∂ \(style.text($0)) from here"] } ?? [])
  }

  private func parameter(_ node: NodeID, _ element: Int) -> ComputationDiagram.Node {
    .init(
      .parameter, ["\(name(node, element)) = \(style.text(value(node, element)))"],
      gradient: gradient(node, element).map { ["∂ \(style.text($0))"] } ?? [])
  }

  private func quantity(_ text: String, _ gradient: Double?) -> ComputationDiagram.Node {
    .init(.quantity, [text], gradient: gradient.map { ["∂ \(style.text($0))"] } ?? [])
  }

  private func addNetInput(
    after sum: Int, total: Double, to diagram: inout ComputationDiagram
  ) -> Int {
    let net = "\(name(layer.netInput, unit)) = \(style.text(value(layer.netInput, unit)))"
    var last = sum
    if let bias = layer.bias {
      let products = diagram.add(quantity("Σ w·x = \(style.text(total))", delta))
      let add = diagram.add(.init(.operation, ["+"]))
      diagram.connect(sum, products)
      diagram.connect(products, add)
      diagram.connect(diagram.add(parameter(bias, unit)), add)
      last = add
    }
    let node = diagram.add(quantity(net, delta))
    diagram.connect(last, node)
    return node
  }

  /// The activation with its slope, then all that follows as one box.
  private func addActivation(after net: Int, to diagram: inout ComputationDiagram) {
    let result = tape.subject.result
    var last = net
    if layer.activation != layer.netInput {
      let slope = gradient(layer.activation, unit)
      let isSoftmax = layer.function == "softmax"
      let operation = diagram.add(
        .init(
          .operation,
          isSoftmax ? ["softmax", "of all \(layer.units)"] : [OperationSign.named(layer.function)]))
      let output = "\(name(layer.activation, unit)) = \(style.text(value(layer.activation, unit)))"
      let isResult = layer.activation == result
      let node = diagram.add(
        isResult
          ? .init(.result, [output], gradient: ["∂ 1"]) : quantity(output, slope))
      if let delta, let slope, slope != 0, !isSoftmax {
        let factor = diagram.add(.init(.factor, ["×\(style.factor(delta / slope))"]))
        diagram.connect(net, factor)
        diagram.connect(factor, operation)
      } else {
        diagram.connect(net, operation)
      }
      diagram.connect(operation, node)
      if isResult { return }
      // A softmax beside its loss is shown, and leads nowhere.
      if slope != nil { last = node }
    }
    guard let following = following else { return }
    let rest = diagram.add(.init(.layer, following))
    let loss = tape.quantity(Tape.Place(result, nil)).name
    let value = tape.trace.value(result)?.scalar ?? .nan
    diagram.connect(last, rest)
    diagram.connect(
      rest, diagram.add(.init(.result, ["\(loss) = \(style.text(value))"], gradient: ["∂ 1"])))
  }

  /// The layers behind, and the loss.
  private var following: [String]? {
    guard layer.activation != tape.subject.result, layer.netInput != tape.subject.result else {
      return nil
    }
    let behind = layers.layers.drop { $0.path != layer.path }.dropFirst().map(\.path)
    let names = behind.count > 2 ? [behind[0], "…", behind[behind.count - 1]] : behind
    return names + (tape.subject.lossTerms == nil ? [] : ["loss"])
  }

  // MARK: In words

  private var caption: String {
    let net = name(layer.netInput, unit)
    let activation =
      layer.activation == layer.netInput
      ? "" : " → \(name(layer.activation, unit)) = \(style.text(value(layer.activation, unit)))"
    let forwards =
      "\(net) = \(style.text(value(layer.netInput, unit)))\(activation)."
    guard let delta else { return forwards }
    let result = tape.quantity(Tape.Place(tape.subject.result, nil)).name
    let most =
      layer.inputs > Self.inputs + 1 ? " The \(Self.inputs) largest products are drawn." : ""
    return forwards
      + " Backwards δ = ∂\(result)/∂\(net) = \(style.text(delta)); a weight's gradient "
      + "is δ times its input, an input's part δ times its weight.\(whyZero)\(most)"
  }

  private var whyZero: String {
    guard delta == 0, let slope = gradient(layer.activation, unit) else { return "" }
    return slope == 0
      ? " δ is 0 because nothing behind the unit passes a gradient on to it."
      : " δ is 0 because the slope of \(OperationSign.named(layer.function)) is 0 at this net input."
  }

  private var table: FigureTable {
    get throws {
      let products = self.products
      let check = NumericCheck(tape.trace)
      let rows = try shown(products).map { input -> [FigureTable.Cell] in
        let place = weight(input)
        return [
          .text(name(source, input)), .number(value(source, input)),
          .number(value(layer.weight, place)), .number(products[input]),
          gradient(layer.weight, place).map { .number($0) } ?? .missing,
          .number(try check.slope(of: layer.weight, element: place)),
        ]
      }
      return FigureTable(
        ["input", "value", "weight", "product", "gradient of the weight", "by differences"],
        rows: rows)
    }
  }
}
