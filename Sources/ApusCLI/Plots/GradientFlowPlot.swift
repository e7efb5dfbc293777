internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot gradient-flow RUN`, `apus plot gradient-flow MODEL DATA`, `apus plot gradient-flow DATA --depth N`
struct GradientFlowPlot: Plot {
  let name = "plot gradient-flow"
  let summary = "How large the gradient is in each layer: where it vanishes or explodes."
  let examples = [
    Example("plot gradient-flow runs/digits-1", "over a training, as apus train watched it"),
    Example("plot gradient-flow model.safetensors digits", "of a trained network"),
    Example(
      "plot gradient-flow digits --depth 10", "untrained networks with σ, tanh and ReLU on one seed"
    ),
    Example(
      "plot gradient-flow digits --depth 20 --width 64 --output flow.svg", "deeper, as a picture"),
  ]

  private let first = Positional(
    "RUN|MODEL", .path.named("RUN|MODEL"),
    help: "The folder of a run, or a model file; or DATA, with --depth.")
  private let second = Positional.optional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets), a CSV file, a folder of IDX files.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let depth = Option.optional(
    "depth", .integer(in: 1...200), help: "Compare untrained networks of so many layers.")
  private let width = Option(
    "width", .integer(in: 1...2048), default: 32, help: "Units of their hidden layers.")
  private let rows = Option(
    "rows", .integer(in: 1...100_000), default: 128,
    help: "The gradient is of the first so many rows.")
  private let seed = Option("seed", .seed, default: 0, help: "Of untrained networks.")

  var ownArguments: [any Argument] { [first, second, dataFolder, depth, width, rows, seed] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    guard let data = try parsed.value(of: second) else {
      return parsed.isGiven(depth) ? try comparison(parsed) : try course(parsed)
    }
    for option in [depth, width, seed] as [any Argument] where parsed.isGiven(option) {
      throw UsageError.conflict(
        "\(option.declaration.title) is for untrained networks, without a MODEL")
    }
    let network = try Network(contentsOf: try parsed.value(of: first))
    let loaded = try network.load(data, folder: parsed[dataFolder], targets: .required)
    let rows = loaded.dataset.prefix(parsed[rows])
    let probe = try NetworkProbe(network, on: rows.prefix(1), loss: nil)
    guard let loss = network.notes["loss"] else {
      throw UsageError.conflict("the model does not say with which loss it was trained")
    }
    return try GradientFlow(
      network, on: rows, loss: try LossList.named(loss),
      subtitle: NetworkWords.line(
        data: "\(rows.name) (\(rows.count) rows)", network, probe.layers)
    ).figure
  }

  private func course(_ parsed: ParsedArguments) throws -> Figure {
    let path = try parsed.value(of: first)
    guard File.kind(path) == .folder else {
      throw UsageError.conflict(
        "name the folder of a RUN, a MODEL and DATA, or DATA alone with --depth to compare "
          + "untrained networks")
    }
    for option in [dataFolder, width, rows, seed] as [any Argument] where parsed.isGiven(option) {
      throw UsageError.conflict("\(option.declaration.title) does not go with the folder of a run")
    }
    return try GradientHistory(run: path).figure
  }

  private func comparison(_ parsed: ParsedArguments) throws -> Figure {
    let data = try Datasets.load(
      try parsed.value(of: first),
      options: DatasetOptions(seed: parsed[seed], folder: parsed[dataFolder]))
    let rows = data.dataset.prefix(parsed[rows])
    return try GradientFlow(
      activations: GradientFlow.usualActivations.map { try Activation.named($0) },
      depth: parsed[depth] ?? 1, width: parsed[width], on: rows,
      loss: Experiment().loss(for: rows.task), seed: parsed[seed]
    ).figure
  }
}
