internal import Apus
internal import ApusExplain

/// `apus check-gradients MODEL DATA`, `check-gradients EXPRESSION --at …`, `check-gradients --preset NAME`
struct CheckGradientsCommand: Subcommand {
  let name = "check-gradients"
  let summary = "Prove gradients by moving the parameters one by one."
  let examples = [
    Example("check-gradients model.safetensors digits", "of a trained model, on 16 rows"),
    Example("check-gradients iris --hidden 30,30", "of an untrained network for a data set"),
    Example("check-gradients deck003 --hidden 3 --epsilon 0.001", "with a larger step"),
    Example("check-gradients --preset deck004.example --row 2", "of a lecture's worked example"),
    Example("check-gradients \"sin(w*x)^2\" --at w=0.5,x=3", "of an expression"),
  ]
  let notes = [
    HelpNote(
      "What is compared",
      [
        "Backpropagation with central differences (J(w + ε) − J(w − ε)) / 2ε in float64, by the",
        "reference engine. Tensors of more than \(GradientCheck().entryLimit) numbers are moved",
        "along a random direction, and their largest gradient by itself. Exit code 1 when one",
        "differs.",
      ])
  ]

  private let model = Positional.optional(
    "MODEL", .path.named("MODEL"),
    help: "A model file; DATA for an untrained network; an expression with --at.")
  private let data = Positional.optional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets), a CSV file, a folder of IDX files.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let hidden = Option(
    "hidden", .layerSizes, default: LayerSizes([30, 30]),
    help: "Units of the hidden layers of an untrained network, or none.")
  private let activation = Option(
    "activation", .activation, default: "tanh", help: "Of its hidden layers.")
  private let outputActivation = Option(
    "output-activation", .activation, default: "linear", help: "Of its last layer.")
  private let loss = Option.optional(
    "loss", .name(of: LossList.names), shown: "the model's, else by task",
    help: "Whose gradient.")
  private let rows = Option("rows", .count, default: 16, help: "The first rows of the data.")
  private let epsilon = Option(
    "epsilon", .positive, default: GradientCheck().epsilon, help: "The step of the differences.")
  private let tolerance = Option(
    "tolerance", .positive, default: GradientCheck().tolerance,
    help: "Largest error, relative to the largest gradient of the layer.")
  private let seed = Option(
    "seed", .seed, default: 0, help: "Of an untrained network and of random directions.")
  private let preset = Option.optional(
    "preset", .text.named("NAME"),
    help: "A worked example of a lecture (apus explain --preset list).")
  private let row = Option("row", .count, default: 1, help: "Which example of --preset, from 1.")
  private let at = Option.optional(
    "at", .text.named("NAME=VALUE,…"),
    help: "Values of an expression's names: numbers, [1,2], [[1,2],[3,4]].")
  private let parameters = Option.optional(
    "parameters", .text.named("NAME,…"), shown: "those named as weights are, else all",
    help: "Of an expression, the names that count as parameters.")
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] {
    [
      model, data, dataFolder, hidden, activation, outputActivation, loss, rows, epsilon,
      tolerance, seed, preset, row, at, parameters, json,
    ]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    var check = GradientCheck()
    check.epsilon = parsed[epsilon]
    check.tolerance = parsed[tolerance]
    check.seed = parsed[seed]
    let report = try report(check, parsed)
    if parsed[json] {
      try session.output.print(report.json.text(indented: true))
    } else {
      try session.output.write(report.text)
    }
    try report.requireSuccess()
  }

  private func report(
    _ check: GradientCheck, _ parsed: ParsedArguments
  ) throws -> GradientReport {
    if let name = parsed[preset] {
      if let text = try parsed.value(of: model) {
        throw UsageError.conflict("--preset stands alone, without \"\(text)\"")
      }
      try parsed.refuse(networkOptions + [at, parameters], beside: "--preset")
      return try check.run(try Preset.named(name), row: parsed[row])
    }
    if parsed.isGiven(row) { throw UsageError.conflict("--row is of a --preset; rows are --rows") }
    guard let text = try parsed.value(of: model) else { throw UsageError.missing("MODEL") }
    guard parsed.isGiven(at) || parsed.isGiven(parameters) else {
      let (network, rows) = try subject(text, parsed)
      return try check.run(
        network, loss: try LossList.named(network.notes["loss"] ?? ""),
        on: rows.prefix(parsed[self.rows]))
    }
    try parsed.refuse(networkOptions, beside: "an expression")
    if let data = try parsed.value(of: data) {
      throw UsageError.conflict("an expression has no data, so \"\(data)\" is too much")
    }
    let names = parsed[parameters].map {
      $0.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }
    return try check.run(try Expression(text, at: parsed[at] ?? "", parameters: names))
  }

  private var networkOptions: [any Argument] {
    [dataFolder, hidden, activation, outputActivation, loss, rows]
  }

  /// The network, with the loss that is asked for, and its data.
  private func subject(
    _ first: String, _ parsed: ParsedArguments
  ) throws -> (Network, Dataset) {
    guard let second = try parsed.value(of: data) else { return try untrained(on: first, parsed) }
    for option in [hidden, activation, outputActivation] as [any Argument]
    where parsed.isGiven(option) {
      throw UsageError.conflict(
        "MODEL has its own layers; \(option.declaration.title) is for an untrained network: "
          + "check-gradients DATA --hidden 30,30")
    }
    var network = try Network(contentsOf: first)
    let data = try network.load(second, folder: parsed[dataFolder], targets: .required)
    if let loss = parsed[loss] ?? network.notes["loss"] {
      network.notes["loss"] = loss
    } else {
      network.notes["loss"] = Experiment().loss(for: data.dataset.task).name
    }
    return (network, data.test ?? data.dataset)
  }

  private func untrained(
    on text: String, _ parsed: ParsedArguments
  ) throws -> (Network, Dataset) {
    if text.hasSuffix(".safetensors") {
      throw UsageError.conflict("DATA is missing: the rows on which to check \(text)")
    }
    var experiment = Experiment()
    experiment.hidden = parsed[hidden].sizes
    experiment.activation = try .named(parsed[activation])
    experiment.outputActivation = try .named(parsed[outputActivation])
    experiment.loss = try parsed[loss].map { try LossList.named($0) }
    experiment.seed = parsed[seed]
    let data = try Datasets.load(
      text, options: DatasetOptions(seed: parsed[seed], folder: parsed[dataFolder])
    ).dataset
    return (try experiment.network(for: data), data)
  }
}
