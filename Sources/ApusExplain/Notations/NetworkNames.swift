import ApusGraph

/// The names that a notation gives to the quantities of a network.
struct NetworkNames {
  let layers: NetworkLayers
  let rules: any NotationRules
  /// What the rows of the batch are called.
  let rows: [Int]

  private var depth: Int { layers.layers.count }

  /// Names by node.
  func names() -> [NodeID: TensorName] {
    var names: [NodeID: TensorName] = [:]
    names[layers.input] = units(0, layers.layers[0].inputs, meaning: "inputs")
    for (index, layer) in layers.layers.enumerated() {
      let number = index + 1
      if layer.activation != layer.netInput {
        names[layer.activation] = units(number, layer.units, meaning: meaning(of: layer, number))
      }
      names[layer.netInput] = netInputs(number, layer)
      names[layer.weight] = weights(number, layer)
      if let bias = layer.bias { names[bias] = biases(number, layer, bias) }
    }
    return names
  }

  /// The layers as equations: `z1 = W1·x + b1`, `a1 = relu(z1)`.
  var equations: [String] {
    layers.layers.enumerated().flatMap { index, layer -> [String] in
      let number = index + 1
      let sum = productText(number, layer)
      let unit = rules.unit(number, nil, of: depth)
      guard !layer.function.isEmpty else { return ["\(unit) = \(sum)"] }
      let net = rules.netInput(number, nil, of: depth)
      return ["\(net) = \(sum)", "\(unit) = \(layer.function)(\(net))"]
    }
  }

  private func productText(_ number: Int, _ layer: NetworkLayers.Layer) -> String {
    let product = rules.product(number, of: depth)
    return layer.bias == nil ? product : "\(product) + \(rules.addedBias(number, of: depth))"
  }

  private func meaning(of layer: NetworkLayers.Layer, _ number: Int) -> String {
    number == depth ? "outputs, \(layer.path)" : "activations of layer \(number), \(layer.path)"
  }

  private func units(_ layer: Int, _ count: Int, meaning: String) -> TensorName {
    let shape = rules.shape(ofUnits: count, rows: rows.count)
    var name = TensorName(
      rules.unit(layer, nil, of: depth),
      elements: Self.inRows(rows, count) { rules.unit(layer, $0, of: depth) }, meaning: meaning,
      symbolicShape: shape.symbolic, layer: layer == 0 ? "" : layers.layers[layer - 1].path)
    name.shownShape = shape.concrete
    return name
  }

  private func netInputs(_ number: Int, _ layer: NetworkLayers.Layer) -> TensorName {
    let isOutput = layer.activation == layer.netInput
    let shape = rules.shape(ofUnits: layer.units, rows: rows.count)
    var name = TensorName(
      isOutput ? rules.unit(number, nil, of: depth) : rules.netInput(number, nil, of: depth),
      elements: Self.inRows(rows, layer.units) {
        isOutput ? rules.unit(number, $0, of: depth) : rules.netInput(number, $0, of: depth)
      },
      meaning: isOutput
        ? meaning(of: layer, number) : "net inputs of layer \(number), \(layer.path)",
      symbolicShape: shape.symbolic, layer: layer.path, formula: productText(number, layer))
    name.shownShape = shape.concrete
    return name
  }

  private func weights(_ number: Int, _ layer: NetworkLayers.Layer) -> TensorName {
    let shape = rules.shape(ofWeight: layer.units, layer.inputs)
    func entry(_ index: Int) -> (to: Int, from: Int) {
      ((index - 1) / layer.inputs + 1, (index - 1) % layer.inputs + 1)
    }
    let words = WordsNotation()
    var name = TensorName(
      rules.weight(number, nil, of: depth),
      elements: elements(layer.units * layer.inputs) {
        rules.weight(number, entry($0), of: depth)
      },
      connections: elements(layer.units * layer.inputs) {
        let (to, from) = entry($0)
        return words.unit(number - 1, from, of: depth) + "→" + words.unit(number, to, of: depth)
      },
      meaning: "weights of layer \(number), \(layer.path)", symbolicShape: "\(shape)",
      layer: layer.path)
    name.shownShape = shape
    return name
  }

  private func biases(_ number: Int, _ layer: NetworkLayers.Layer, _ bias: NodeID) -> TensorName {
    let words = WordsNotation()
    let shape = rules.shape(ofBias: layer.units)
    var name = TensorName(
      rules.bias(number, nil, of: depth),
      elements: elements(layer.units) { rules.bias(number, $0, of: depth) },
      connections: elements(layer.units) { "→" + words.unit(number, $0, of: depth) },
      meaning: "biases of layer \(number), \(layer.path)", symbolicShape: "\(shape)",
      layer: layer.path)
    name.shownShape = shape
    return name
  }

  /// Large tensors are named by place when one is asked for; a list of all names would take longer than
  /// the numbers.
  private func elements(_ count: Int, _ name: (Int) -> String) -> [String] {
    count <= Tape.namedElements ? (1...max(count, 1)).map(name) : []
  }

  /// Names of what each row has: `h1`, or of several rows `h1⟨7⟩`.
  static func inRows(_ rows: [Int], _ count: Int, _ name: (Int) -> String) -> [String] {
    guard count > 0, rows.count <= Tape.namedElements / count else { return [] }
    return rows.flatMap { row in
      (1...count).map { rows.count == 1 ? name($0) : name($0) + "⟨\(row)⟩" }
    }
  }
}
