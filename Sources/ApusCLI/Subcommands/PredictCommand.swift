internal import Apus

/// `apus predict MODEL DATA`
struct PredictCommand: Subcommand {
  let name = "predict"
  let summary = "Let a model predict: one line of CSV per row, below a header."
  let examples = [
    Example("predict model.safetensors new.csv", "classes or numbers for the rows of a table"),
    Example(
      "predict model.safetensors new.csv --probabilities", "and the probability of each class"),
    Example("predict model.safetensors - < new.csv", "rows from standard input"),
    Example("predict model.safetensors digits --output predictions.csv", "into a file"),
  ]
  let notes: [HelpNote] = []

  private let model = Positional("MODEL", .path.named("MODEL"), help: "A model file.")
  private let data = Positional(
    "DATA", .path.named("DATA"),
    help: "A name, a CSV file, a folder of IDX files, or - for CSV from standard input. "
      + "The columns to predict may be missing.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let output = Option.optional(
    "output", .path, shown: "standard output", help: "Where the predictions go.")
  private let probabilities = Flag(
    "probabilities", help: "Add the probability of every class or label.")
  private let force = Flag("force", help: "Overwrite an existing file.")
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] {
    [model, data, dataFolder, output, probabilities, force, json]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    if let path = parsed[output], !parsed[force], File.kind(path) != nil {
      throw FileError.exists(path)
    }
    let network = try Network(contentsOf: try parsed.value(of: model))
    let dataset = try rows(try parsed.value(of: data), parsed[dataFolder], for: network)
    let predictions = try network.predictions(for: dataset)
    let table = try PredictionTable(predictions, withProbabilities: parsed[probabilities])
    let text = parsed[json] ? try table.json(of: dataset).text(indented: true) + "\n" : table.csv
    guard let path = parsed[output] else { return try session.output.write(text) }
    try File.write(text: text, to: path, overwriting: parsed[force])
  }

  private func rows(_ text: String, _ folder: String?, for network: Network) throws -> Dataset {
    if text == "-" {
      return try network.encode(
        try Table(try File.readStandardInput(), source: "standard input"))
    }
    let data = try network.load(text, folder: folder)
    return data.test ?? data.dataset
  }
}
