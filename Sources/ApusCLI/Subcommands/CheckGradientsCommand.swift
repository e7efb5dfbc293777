internal import Apus
internal import ApusExplain

/// `apus check-gradients MODEL DATA`
struct CheckGradientsCommand: Subcommand {
  let name = "check-gradients"
  let summary = "Prove the gradients of a network by moving its parameters one by one."
  let examples = [
    Example("check-gradients model.safetensors digits", "of a trained model, on 16 rows"),
    Example("check-gradients iris --hidden 30,30", "of an untrained network for a data set"),
    Example("check-gradients deck003 --hidden 3 --epsilon 0.001", "with a larger step"),
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

  private let model = Positional(
    "MODEL", .path.named("MODEL"), help: "A model file, or DATA for an untrained network.")
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
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] {
    [
      model, data, dataFolder, hidden, activation, outputActivation, loss, rows, epsilon,
      tolerance, seed, json,
    ]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let (network, rows) = try subject(parsed)
    var check = GradientCheck()
    check.epsilon = parsed[epsilon]
    check.tolerance = parsed[tolerance]
    check.seed = parsed[seed]
    let report = try check.run(
      network, loss: try LossList.named(network.notes["loss"] ?? ""),
      on: rows.prefix(parsed[self.rows]))
    if parsed[json] {
      try session.output.print(report.json.text(indented: true))
    } else {
      try session.output.write(report.text)
    }
    try report.requireSuccess()
  }

  /// The network, with the loss that is asked for, and its data.
  private func subject(_ parsed: ParsedArguments) throws -> (Network, Dataset) {
    let first = try parsed.value(of: model)
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
