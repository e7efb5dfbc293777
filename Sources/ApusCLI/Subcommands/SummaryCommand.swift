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
  private let layers = StackOptions(activation: "relu", outputActivation: "softmax")
  private let model = Option.optional(
    "model", .path.named("FILE.json"), help: "Layers from a description instead.")
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] {
    [file] + layers.arguments + [model, json]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    if let path = try parsed.value(of: file) {
      try parsed.refuse(
        layers.arguments + [model], beside: "MODEL, which has its own layers")
      let network = try Network(contentsOf: path)
      return try print(try network.summary(), facts: facts(of: network), parsed, session)
    }
    guard let input = parsed[layers.input] else {
      throw UsageError.conflict("name a MODEL, or say with --input how many features a row has")
    }
    let model = LayerModel(try stack(parsed))
    try print(try model.summary(for: [InputSpec(shape: [input])]), facts: [], parsed, session)
  }

  /// As the lecture draws it: an activation is a row of its own.
  private func stack(_ parsed: ParsedArguments) throws -> Sequential {
    if let path = parsed[model] {
      try parsed.refuse(layers.ofLayers, beside: "--model, which describes the layers")
      return try ModelJSON.model(try JSON(parsing: try File.read(path)))
    }
    let activations = try layers.activations(parsed)
    return Sequential {
      for units in parsed[layers.hidden].sizes {
        Dense(units)
        activations.hidden
      }
      Dense(parsed[layers.output])
      activations.output
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
