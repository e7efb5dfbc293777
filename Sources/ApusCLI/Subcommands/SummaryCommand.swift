internal import Apus

/// `apus summary`
struct SummaryCommand: Subcommand {
  let name = "summary"
  let summary = "Show the layers of a network with shapes, parameter counts and costs."
  let examples = [
    Example("summary model.safetensors", "of a trained model"),
    Example("summary --input 784 --hidden 30,30 --output 10", "of a network that is not there yet"),
    Example("summary --input 784 --model layers.json", "of a description"),
  ]
  let notes: [HelpNote] = []

  private let file = Positional.optional(
    "MODEL", .path.named("MODEL"), help: "A model file; without it, --input says what goes in.")
  private let input = Option.optional(
    "input", .integer(in: 1...sizeLimit), help: "Features of a row.")
  private let hidden = Option(
    "hidden", .layerSizes, default: LayerSizes([]), help: "Units of the hidden layers, or none.")
  private let output = Option(
    "output", .integer(in: 1...sizeLimit), default: 1, help: "Outputs of the last layer.")
  private let activation = Option(
    "activation", .activation, default: "relu", help: "Of the hidden layers.")
  private let outputActivation = Option(
    "output-activation", .activation, default: "softmax",
    help: "Of the last layer.")
  private let model = Option.optional(
    "model", .path.named("FILE.json"), help: "Layers from a description instead.")
  private let json = Flag("json", help: "Print one JSON object.")

  /// Products of two sizes, times two, stay far from the largest Int.
  private static let sizeLimit = 1 << 24

  var arguments: [any Argument] {
    [file, input, hidden, output, activation, outputActivation, model, json]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let described: [any Argument] = [input, hidden, output, activation, outputActivation, model]
    if let path = try parsed.value(of: file) {
      for option in described where parsed.isGiven(option) {
        throw UsageError.conflict(
          "MODEL has its own layers; \(option.declaration.title) cannot stand beside it")
      }
      let network = try Network(contentsOf: path)
      return try print(try network.summary(), facts: facts(of: network), parsed, session)
    }
    guard let input = parsed[input] else {
      throw UsageError.conflict("name a MODEL, or say with --input how many features a row has")
    }
    let model = LayerModel(try stack(parsed))
    try print(try model.summary(for: [InputSpec(shape: [input])]), facts: [], parsed, session)
  }

  /// As the lecture draws it: an activation is a row of its own.
  private func stack(_ parsed: ParsedArguments) throws -> Sequential {
    if let path = parsed[model] {
      for option in [hidden, output, activation, outputActivation] as [any Argument]
      where parsed.isGiven(option) {
        throw UsageError.conflict(
          "--model describes the layers; \(option.declaration.title) cannot stand beside it")
      }
      return try ModelJSON.model(try JSON(parsing: try File.read(path)))
    }
    let activation = try Activation.named(parsed[activation])
    let outputActivation = try Activation.named(parsed[outputActivation])
    return Sequential {
      for units in parsed[hidden].sizes {
        Dense(units)
        activation
      }
      Dense(parsed[output])
      outputActivation
    }
  }

  private func facts(of network: Network) throws -> [(String, String)] {
    var facts: [(String, String)] = []
    if let task = try network.task {
      let names = task.names.prefix(12).map { printable($0, limit: 40) }.joined(separator: ", ")
      let more = task.names.count > 12 ? ", … (\(task.names.count))" : ""
      facts.append(("task", "\(task.kind) of \(names)\(more)"))
    }
    for key in ["dataset", "loss"] {
      if let note = network.notes[key] { facts.append((key, printable(note, limit: 200))) }
    }
    facts.append(("seed", String(network.seed)))
    return facts
  }

  private func print(
    _ summary: Summary, facts: [(String, String)], _ parsed: ParsedArguments, _ session: Session
  ) throws {
    guard !parsed[json] else {
      let more = facts.map { JSON.Member($0.0, .string($0.1)) }
      let members = (summary.json.members ?? []) + more
      return try session.output.print(JSON.object(members).text(indented: true))
    }
    try session.output.write(summary.description)
    for (name, value) in facts { try session.output.print("\(name): \(value)") }
  }
}

extension Summary {
  fileprivate var json: JSON {
    let layers = rows.map { row -> JSON in
      [
        "name": .string(row.name), "kind": .string(row.kind),
        "output_shape": .string("\(row.outputShape)"), "parameters": .integer(row.parameters),
        "fixed": .integer(row.states), "formula": .string(row.formula),
        "flops_per_row": .integer(row.operationsPerRow),
      ]
    }
    return [
      "layers": .array(layers), "parameters": .integer(parameters + states),
      "trainable": .integer(parameters), "non_trainable": .integer(states),
      "flops_per_row": .integer(operationsPerRow), "parameter_bytes": .integer(parameterBytes),
      "activation_bytes_per_row": .integer(activationBytesPerRow),
    ]
  }
}
