package import ApusDrawing
import ApusFormats
import ApusGraph

/// A network as a diagram of its units and weights, with the numbers of one row where they are
/// asked for (LESSONS 3.3).
package struct NetworkPicture {
  /// What circles and lines show.
  package enum Mode: String, CaseIterable, Sendable {
    /// The units' names and the weights.
    case weights
    /// The units' values and the weights.
    case value
    /// ∂loss/∂unit and ∂loss/∂weight.
    case gradient
    /// What a step of gradient descent adds to each weight: −learning rate × gradient.
    case update
  }

  package enum Style: String, CaseIterable, Sendable {
    case circles, boxes
  }

  private let tape: Tape
  private let network: NetworkLayers
  private let mode: Mode
  private let style: Style
  private let gradients: [NodeID: TensorData]
  private let learningRate: Double

  /// - Throws: when the subject is no chain of fully connected layers, or has no gradient.
  package init(
    _ subject: Subject, mode: Mode = .weights, style: Style = .circles, learningRate: Double = 0.1
  ) throws {
    let tape = try Tape(subject, detail: .tensors)
    self.tape = tape
    guard let network = NetworkLayers(tape.steps, subject.graph) else {
      throw PictureError(
        "only networks of fully connected layers behind one another are drawn as circles; "
          + "apus draw graph draws every computation")
    }
    guard mode == .weights || subject.rowNumbers.count <= 1 else {
      throw PictureError(
        "--mode \(mode.rawValue) draws a number at each unit: of one row, not of a batch")
    }
    self.network = network
    self.mode = mode
    self.style = style
    self.learningRate = learningRate
    guard mode == .gradient || mode == .update else {
      gradients = [:]
      return
    }
    guard tape.trace.value(subject.result)?.scalar != nil else {
      throw PictureError(
        "--mode \(mode.rawValue) needs a loss: give a model with DATA, or an example that has one")
    }
    var targets = network.layers.flatMap { [$0.weight, $0.bias, $0.activation].compactMap { $0 } }
    // A softmax beside its loss has no gradient, but what it reads has.
    targets += network.layers.map(\.netInput) + [network.input]
    let needed = subject.graph.ancestors(of: [subject.result])
    gradients = try tape.trace.gradients(
      with: Set(targets).filter { tape.isVariable($0) && needed[$0.index] }.sorted())
  }

  package func figure() throws -> Figure {
    let diagram = self.diagram
    let names = ["input"] + network.layers.map { $0.path.isEmpty ? "layer" : $0.path }
    let (marks, size) =
      style == .circles ? try diagram.laidOut() : try diagram.boxes(names: names)
    let header = tape.subject.header
    let parts: [String?] = [
      header.summary == header.title ? nil : header.summary,
      mode == .weights ? nil : header.loss, header.example,
      header.origin == nil ? header.seed.map { "seed \($0)" } : nil,
      header.origin.map { "numbers: \($0.rawValue)" },
    ]
    return Figure(
      title: printable("Network \(header.title)", limit: 160) + Self.words(mode),
      subtitle: parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · "),
      caption: caption, legend: style == .circles ? diagram.legend : Legend(),
      size: Size(max(size.width, 460), size.height),
      marks: marks.map { $0.moved(by: Point(max(460 - size.width, 0) / 2, 0)) }, table: table)
  }

  private static func words(_ mode: Mode) -> String {
    switch mode {
    case .weights: ""
    case .value: ": values of one row"
    case .gradient: ": gradients of one row"
    case .update: ": what one step adds"
    }
  }

  /// What lines and marks stand for, for the legend.
  private static func numbers(_ mode: Mode) -> (weight: String, bias: String) {
    switch mode {
    case .weights, .value: ("weight", "bias")
    case .gradient: ("gradient of a weight", "of a bias")
    case .update: ("change of a weight", "of a bias")
    }
  }

  private var diagram: NetworkDiagram {
    let count = network.layers.count
    var layers = [
      NetworkDiagram.Layer(role: "Input", units: network.layers[0].inputs)
    ]
    show(network.input, in: &layers[0])
    for (index, layer) in network.layers.enumerated() {
      var shown = NetworkDiagram.Layer(
        role: index == count - 1 ? "Output" : "Hidden", units: layer.units,
        activation: layer.function.isEmpty ? "linear" : layer.function,
        biases: layer.bias.map(numbers) ?? [], weights: numbers(layer.weight))
      let isBeside = mode == .gradient && gradients[layer.activation] == nil
      show(isBeside ? layer.netInput : layer.activation, in: &shown)
      layers.append(shown)
    }
    return NetworkDiagram(layers, numbers: Self.numbers(mode))
  }

  /// Of a parameter, what the mode shows of it.
  private func numbers(_ id: NodeID) -> [Double] {
    switch mode {
    case .weights, .value: tape.trace.numbers(id)
    case .gradient: gradients[id]?.doubles() ?? []
    case .update: gradients[id]?.doubles().map { -learningRate * $0 } ?? []
    }
  }

  /// Names or numbers in the circles of a layer, with fills on one scale.
  private func show(_ id: NodeID, in layer: inout NetworkDiagram.Layer) {
    let style = NumberStyle(digits: 3)
    let values =
      mode == .value
      ? tape.trace.numbers(id) : mode == .gradient ? gradients[id]?.doubles() ?? [] : []
    let largest = values.filter(\.isFinite).map(\.magnitude).max() ?? 0
    for unit in NetworkDiagram.shownUnits(of: layer.units) {
      if values.indices.contains(unit) {
        layer.texts[unit] = style.text(values[unit])
        layer.fills[unit] = largest > 0 ? 0.6 * values[unit] / largest : 0
      } else if layer.units <= 10 {
        layer.texts[unit] = printable(tape.quantity(Tape.Place(id, unit)).name, limit: 8)
      }
    }
  }

  private var caption: String {
    let weights = network.layers.reduce(0) { $0 + $1.units * $1.inputs }
    let biases = network.layers.reduce(0) { $0 + ($1.bias == nil ? 0 : $1.units) }
    let counts =
      "\(NumberFormat.grouped(weights + biases)) parameters: \(NumberFormat.grouped(weights)) weights "
      + (biases == 0
        ? "and no biases."
        : biases == 1 ? "and 1 bias." : "and \(NumberFormat.grouped(biases)) biases.")
    var largest: (name: String, value: Double)?
    for layer in network.layers {
      for (index, value) in numbers(layer.weight).enumerated()
      where value.isFinite && value.magnitude > largest?.value.magnitude ?? -1 {
        largest = (tape.quantity(Tape.Place(layer.weight, index)).name, value)
      }
    }
    guard let largest, style == .circles else { return counts }
    let what =
      switch mode {
      case .weights, .value: "The widest line is the weight \(largest.name)"
      case .gradient: "The widest line is the gradient of \(largest.name)"
      case .update: "The widest line is what a step at rate \(learningRate) adds to \(largest.name)"
      }
    return counts + " \(what) = \(NumberStyle(digits: 4).text(largest.value))."
  }

  private var table: FigureTable {
    FigureTable(
      ["layer", "inputs", "units", "activation", "parameters", "norm of weights shown"],
      rows: network.layers.map { layer in
        let values = numbers(layer.weight)
        return [
          .text(layer.path), .integer(layer.inputs), .integer(layer.units),
          .text(layer.function.isEmpty ? "linear" : layer.function),
          .integer(layer.units * layer.inputs + (layer.bias == nil ? 0 : layer.units)),
          .number(Numbers(values, shape: [values.count]).norm),
        ]
      })
  }
}
