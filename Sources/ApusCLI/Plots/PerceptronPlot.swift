internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot perceptron DATA`
struct PerceptronPlot: Plot {
  let name = "plot perceptron"
  let summary = "A step unit with the perceptron rule beside a sigmoid unit, on the same rows."
  let examples = [
    Example("plot perceptron and", "a line divides the classes, and both find one"),
    Example("plot perceptron xor --output xor.svg", "no line does, so neither can"),
  ]

  private let data = Positional(
    "DATA", .path.named("DATA"), help: "Two features, two classes: and, or, xor, moons, a CSV file."
  )
  private let epochs = Option(
    "epochs", .integer(in: 1...10_000), default: 50, help: "Passes over the rows, at most.")
  private let rows = Option(
    "rows", .integer(in: 1...10_000), default: 400, help: "At most the first so many of them.")
  private let seed = Option("seed", .seed, default: 0, help: "Of generated data.")

  var ownArguments: [any Argument] { [data, epochs, rows, seed] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try Datasets.load(
      try parsed.value(of: data), options: DatasetOptions(seed: parsed[seed]))
    return try PerceptronFigure(
      loaded.dataset.prefix(parsed[rows]), epochs: parsed[epochs]
    ).figure
  }
}
