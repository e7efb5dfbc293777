internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot learning-rates DATA`
struct LearningRatesPlot: Plot {
  let name = "plot learning-rates"
  let summary = "The same training with several learning rates: where the loss ends."
  let examples = [
    Example("plot learning-rates digits", "gradient descent with five rates"),
    Example(
      "plot learning-rates moons --rates 0.01,0.1,1,10,100 --epochs 30 --output rates.svg",
      "other rates, as a picture"),
  ]

  private let data = Positional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets), a CSV file, a folder of IDX files.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let rates = Option(
    "rates", .rates, default: Rates([0.001, 0.01, 0.1, 1, 10]), help: "At most twelve.")
  private let hidden = Option(
    "hidden", .layerSizes, default: LayerSizes([30]), help: "Units of the hidden layers, or none.")
  private let activation = Option("activation", .activation, default: "relu", help: "Of them.")
  private let epochs = Option("epochs", .integer(in: 1...1000), default: 10, help: "Of each run.")
  private let batchSize = Option("batch-size", .count, default: 32, help: "Rows of a step.")
  private let seed = Option("seed", .seed, default: 0, help: "The same for all runs.")

  var ownArguments: [any Argument] {
    [data, dataFolder, rates, hidden, activation, epochs, batchSize, seed]
  }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    var experiment = Experiment()
    experiment.hidden = parsed[hidden].sizes
    experiment.activation = try .named(parsed[activation])
    experiment.epochs = parsed[epochs]
    experiment.batchSize = parsed[batchSize]
    experiment.seed = parsed[seed]
    let loaded = try Datasets.load(
      try parsed.value(of: data),
      options: DatasetOptions(seed: parsed[seed], folder: parsed[dataFolder]))
    return try LearningRates(experiment, rates: parsed[rates].values, on: loaded).figure
  }
}

/// Learning rates with commas between them.
struct Rates: Sendable, CustomStringConvertible {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  var description: String { values.map { "\($0)" }.joined(separator: ",") }
}

extension ArgumentType<Rates> {
  fileprivate static var rates: Self {
    Self(placeholder: "X,X,…") { word in
      var values: [Double] = []
      for part in word.split(separator: ",", omittingEmptySubsequences: false) {
        guard case .value(let value) = ArgumentType<Double>.positive.read(String(part)) else {
          return .expected("numbers above 0 with commas between them, as 0.01,0.1,1")
        }
        values.append(value)
      }
      return values.count > 12
        ? .expected("at most twelve numbers with commas between them") : .value(Rates(values))
    }
  }
}
