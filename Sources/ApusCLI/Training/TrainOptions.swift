internal import Apus

/// The options of `apus train`: what is listed in the help and read into a ``TrainRequest``.
struct TrainOptions: Sendable {
  let data = Positional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets), a CSV file, a folder of IDX files.")
  let target = Option.optional(
    "target", .columns, shown: "the last", help: "The column to predict; several as a,b.")
  let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  let task = Option(
    "task", .name(of: TableOptions.TaskChoice.allCases.map(\.rawValue)), default: "auto",
    help: "What is predicted; auto follows the target.")
  let missing = Option(
    "missing", .name(of: MissingPolicy.allCases.map(\.rawValue)), default: "error",
    help: "What a missing value in a table is.")
  let hidden = Option(
    "hidden", .layerSizes, default: LayerSizes(Experiment().hidden),
    help: "Units of the hidden layers; none for no hidden layer.")
  let activation = Option(
    "activation", .activation, default: "relu", help: "Of the hidden layers.")
  let outputActivation = Option(
    "output-activation", .activation, default: "linear",
    help: "Of the last layer; a setting goes in parentheses: 'leaky_relu(0.1)'.")
  let dropout = Option(
    "dropout", .fraction, default: 0.0, help: "Share of hidden outputs dropped in training.")
  let initializer = Option(
    "initializer", .initializer, default: "glorot_uniform",
    help: "First values of weights.")
  let model = Option.optional(
    "model", .path.named("FILE.json"), help: "Layers from a description instead.")
  let loss = Option.optional(
    "loss", .name(of: LossList.names), shown: "by task", help: "What is minimised.")
  let optimizer = Option(
    "optimizer", .name(of: Optimizers.names), default: "adam", help: "The update rule.")
  let learningRate = Option.optional(
    "learning-rate", .positive, shown: "the optimizer's", help: "Size of a step.")
  let momentum = Option.optional(
    "momentum", .fraction, shown: "the optimizer's", help: "Share of the last step kept.")
  let weightDecay = Option.optional(
    "weight-decay", .notNegative, shown: "the optimizer's", help: "Pull of weights toward 0.")
  let l1 = Option("l1", .notNegative, default: 0.0, help: "Penalty X·Σ|w| on weights.")
  let l2 = Option("l2", .notNegative, default: 0.0, help: "Penalty X·Σw² on weights.")
  let schedule = Option.optional(
    "schedule", .text.named("SPEC"), shown: "constant", help: "The rate over the steps; see below.")
  let clipNorm = Option.optional(
    "clip-norm", .positive, shown: "no limit", help: "Largest norm of all gradients together.")
  let batchSize = Option(
    "batch-size", .batchSize, default: .rows(32), help: "Rows of a step; full for all.")
  let epochs = Option("epochs", .count, default: 40, help: "Passes over the training rows.")
  let steps = Option.optional("steps", .count, shown: "no limit", help: "Steps at the most.")
  let earlyStopping = Option.optional(
    "early-stopping", .count, shown: "off",
    help: "End after so many epochs without a better loss; keep the best weights.")
  let validationSplit = Option(
    "validation-split", .fraction, default: 0.0, help: "Share of rows measured in every epoch.")
  let testSplit = Option(
    "test-split", .fraction, default: 0.2, help: "Share of rows held out for the test.")
  let standardize = Option(
    "standardize", .name(of: ["auto", "on", "off"]), default: "auto",
    help: "Features to mean 0, deviation 1; auto does it for tables.")
  let noShuffle = Flag("no-shuffle", help: "Batches in file order.")
  let seed = Option("seed", .seed, default: 0, help: "All randomness hangs off it.")
  let threads = Option.optional(
    "threads", .integer(in: 1...256), shown: "all processors", help: "Never changes the result.")
  let engine = Option(
    "engine", .name(of: ["fast", "reference"]), default: "fast", help: "What computes.")
  let precision = Option(
    "precision", .name(of: ["float32", "float64", "bf16"]), default: "float32",
    help: "Of all numbers; bf16: float32, but large products of rounded operands.")
  let initialWeights = Option.optional(
    "initial-weights", .path, help: "Safetensors with dense_1.weight [outputs, inputs], ….")
  let output = Option.optional(
    "output", .path.named("MODEL"), shown: "in the run folder", help: "Where the model goes.")
  let runDirectory = Option.optional(
    "run-dir", .path.named("DIR"), shown: "runs/NAME-n", help: "Where the run is recorded.")
  let resume = Option.optional(
    "resume", .path.named("DIR"), help: "Go on with the stopped run of this folder.")
  let noHealth = Flag("no-health", help: "Do not watch the health of the run.")
  let snapshots = Option.optional(
    "snapshots", .count, shown: "none",
    help: "Keep the network every N epochs; for two features, draw the boundary moving.")
  let force = Flag("force", help: "Overwrite an existing model.")
  let json = Flag("json", help: "Print one JSON object.")
  let quiet = Flag("quiet", help: "No progress.")
  let plot = Flag("plot", help: "Draw the curves while training, where there is a terminal.")

  var arguments: [any Argument] {
    [
      data, target, dataFolder, task, missing, hidden, activation, outputActivation, dropout,
      initializer, model, loss, optimizer, learningRate, momentum, weightDecay, l1, l2, schedule,
      clipNorm, batchSize, epochs, steps, earlyStopping, validationSplit, testSplit, standardize,
      noShuffle, seed, threads, engine, precision, initialWeights, output, runDirectory, resume,
      noHealth, snapshots, force, json, quiet, plot,
    ]
  }

  static var notes: [HelpNote] {
    [
      HelpNote("Losses", LossList.all.map { "\($0.name): \($0.summary)" }),
      HelpNote(
        "Schedules (A then B; a time is in steps, or in epochs with e behind it: 5e)",
        ScheduleSpec.help.map { "\($0.usage): \($0.summary)" }),
    ]
  }
}

extension ArgumentType<[String]> {
  /// Names with commas between them.
  fileprivate static var columns: Self {
    Self(placeholder: "COL") { word in
      let names = word.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return names.contains("")
        ? .expected("the name of a column, or several with commas between them") : .value(names)
    }
  }
}

/// A number of rows, or `full` for all of them.
enum BatchSize: Sendable, CustomStringConvertible {
  case rows(Int)
  case full

  /// Nil for all rows.
  var rows: Int? { if case .rows(let count) = self { count } else { nil } }

  var description: String { rows.map(String.init) ?? "full" }
}

extension ArgumentType<BatchSize> {
  fileprivate static var batchSize: Self {
    Self(placeholder: "N|full") { word in
      if word == "full" { return .value(.full) }
      guard let count = Int(word), count >= 1 else {
        return .expected("a whole number of at least 1, or full")
      }
      return .value(.rows(count))
    }
  }
}
