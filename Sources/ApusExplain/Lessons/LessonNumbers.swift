import ApusLayers

/// The numbers behind the questions: out of the same explanations that the commands print.
enum LessonNumbers {
  /// The value of a quantity of a preset, by the name that its rows print.
  static func value(_ preset: String, row: Int = 1, _ name: String) throws -> Double {
    try value(of: name, in: try Preset.named(preset).explanation(row: row))
  }

  /// The gradient of a preset's result with respect to a quantity.
  static func gradient(_ preset: String, row: Int = 1, _ name: String) throws -> Double {
    try gradient(of: name, in: try Preset.named(preset).explanation(row: row))
  }

  /// The value of an expression at a point, or of one of its named parts.
  static func value(_ text: String, at values: String, _ name: String = "F") throws -> Double {
    try value(of: name, in: try Expression(text, at: values).explanation())
  }

  /// The gradient of an expression at a point.
  static func gradient(
    _ text: String, at values: String, _ name: String, parameters: [String]? = nil
  ) throws -> Double {
    try gradient(
      of: name, in: try Expression(text, at: values, parameters: parameters).explanation())
  }

  /// A weight after the step that the explanation of an expression shows.
  static func afterStep(
    _ text: String, at values: String, _ name: String, learningRate: Double
  ) throws -> Double {
    let options = ExplanationOptions(learningRate: learningRate)
    let explanation = try Expression(text, at: values).explanation(options: options)
    let entries = explanation.parameters.flatMap(\.entries)
    guard let entry = entries.first(where: { $0.name == name }) else { throw missing(name) }
    return entry.newValue
  }

  /// How many trainable numbers a preset has.
  static func parameters(_ preset: String) throws -> Double {
    let shapes = try Preset.named(preset).explanation().shapes
    return Double(shapes.filter { $0.role == .parameter }.map(\.count).reduce(0, +))
  }

  /// How many trainable numbers layers of these widths have.
  static func parameters(inputs: Int, units: [Int], biases: Bool = true) throws -> Double {
    let network = try Network(
      Sequential(units.map { Dense($0, usesBias: biases) }), inputShape: [inputs])
    return Double(network.parameters.count)
  }

  /// The shape of a quantity of a preset as the lectures write it: `3x4`.
  static func shape(_ preset: String, _ symbol: String) throws -> String {
    let shapes = try Preset.named(preset).explanation().shapes
    guard let entry = shapes.first(where: { $0.symbol == symbol }) else { throw missing(symbol) }
    return entry.shape.map(String.init).joined(separator: "x")
  }

  /// Of all lines with these slopes and offsets, the one with the fewest mistakes decides.
  static func mostRowsOfXORByOneNeuron() -> Double {
    let rows: [(x: [Double], y: Int)] = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
    let steps = (-8...8).map { Double($0) / 4 }
    var most = 0
    for w1 in steps {
      for w2 in steps {
        for b in steps {
          let neuron = Perceptron(weights: [w1, w2], bias: b)
          most = max(most, rows.count { neuron.predict($0.x) == $0.y })
        }
      }
    }
    return Double(most)
  }

  /// What a step unit answers.
  static func perceptron(weights: [Double], bias: Double, _ x: [Double]) -> Double {
    Double(Perceptron(weights: weights, bias: bias).predict(x))
  }

  private static func value(of name: String, in explanation: Explanation) throws -> Double {
    let row = explanation.forward.first { $0.quantity.name == name }
    guard let value = row?.value.scalar else { throw missing(name) }
    return value
  }

  private static func gradient(of name: String, in explanation: Explanation) throws -> Double {
    let row = explanation.backward.first { $0.quantity.name == name }
    guard let value = row?.gradient.scalar else { throw missing(name) }
    return value
  }

  private static func missing(_ name: String) -> LessonError {
    LessonError("the explanation has no number called \(name)")
  }
}
