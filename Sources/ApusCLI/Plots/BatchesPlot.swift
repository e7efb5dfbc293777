internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot batches DATA`
struct BatchesPlot: Plot {
  let name = "plot batches"
  let summary = "Mini-batches of images as rows, with the loss of each image."
  let examples = [
    Example("plot batches mnist --data DIR --output batches.svg", "the strip of lecture deck 004"),
    Example(
      "plot batches digits --model model.safetensors --framed 1", "with losses, one batch framed"),
  ]

  private let data = Positional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets) or a folder of images.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let model = Option.optional(
    "model", .path.named("MODEL"), help: "A trained model, for the loss of each image.")
  private let size = Option(
    "batch-size", .integer(in: 1...40), default: 12, help: "Images in a row.")
  private let batches = Option("batches", .integer(in: 1...40), default: 4, help: "How many rows.")
  private let framed = Option.optional(
    "framed", .integer(in: 0...39), help: "The batch of the present step, counted from 0.")

  var ownArguments: [any Argument] { [data, dataFolder, model, size, batches, framed] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let network = try parsed[model].map { try Network(contentsOf: $0) }
    let text = try parsed.value(of: data)
    let loaded =
      try network?.load(text, folder: parsed[dataFolder], targets: .required)
      ?? Datasets.load(text, options: DatasetOptions(folder: parsed[dataFolder]))
    let (size, count) = (parsed[size], parsed[batches])
    guard size * count <= 480 else {
      throw UsageError.conflict(
        "at most 480 images can be seen; --batches × --batch-size is \(size * count)")
    }
    let rows = loaded.dataset.prefix(size * count)
    let title =
      network.map { " · model of seed \($0.seed)" } ?? ""
    return try BatchStrip(
      rows, batchSize: size, framed: parsed[framed], network: network,
      loss: try network.map { try LossList.named($0.notes["loss"] ?? "") },
      subtitle: "\(rows.name), the first \(rows.count) rows in file order\(title)"
    ).figure
  }
}
