internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot loss-contour MODEL DATA`
struct LossContourPlot: Plot {
  let name = "plot loss-contour"
  let summary = "The loss over two weights, and the way of gradient descent in them."
  let examples = [
    Example("plot loss-contour model.safetensors xor", "over the first two weights"),
    Example(
      "plot loss-contour model.safetensors xor --x \"dense_1[0,0]\" --y \"dense_2[0,1]\"",
      "over two weights of your choice"),
    Example(
      "plot loss-contour model.safetensors xor --batch-size 1",
      "with the way of single rows beside that of all"),
  ]

  private let options = ModelOptions(rows: 64)
  private let x = Option(
    "x", .text.named("PLACE"), default: "dense_1[0,0]",
    help: "Layer, unit and input, counted from 0; dense_1.bias[0] is a bias.")
  private let y = Option(
    "y", .text.named("PLACE"), default: "dense_1[0,1]", help: "The other weight.")
  private let reach = Option.optional(
    "reach", .positive, shown: "so that the way is seen", help: "How far to both sides.")
  private let learningRate = Option(
    "learning-rate", .positive, default: 0.1, help: "Of the steps.")
  private let steps = Option("steps", .integer(in: 1...1000), default: 40, help: "Of descent.")
  private let batchSize = Option.optional(
    "batch-size", .count, shown: "all rows alone",
    help: "Draw the way of batches of so many rows as well.")
  private let seed = Option("seed", .seed, default: 0, help: "Of the order of rows in batches.")

  var ownArguments: [any Argument] {
    options.arguments + [x, y, reach, learningRate, steps, batchSize, seed]
  }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    if parsed.isGiven(seed), !parsed.isGiven(batchSize) {
      throw UsageError.conflict("--seed is of the order of rows in batches; give --batch-size too")
    }
    let loaded = try options.load(parsed)
    let parameters = loaded.network.parameters
    var settings = LossContour.Settings()
    settings.reach = parsed[reach]
    settings.learningRate = parsed[learningRate]
    settings.steps = parsed[steps]
    settings.batchSize = parsed[batchSize]
    settings.seed = parsed[seed]
    return try LossContour(
      loaded.network,
      over: (
        try ParameterPlace(parsing: parsed[x], in: parameters),
        try ParameterPlace(parsing: parsed[y], in: parameters)
      ), loss: try loaded.loss(), on: loaded.rows, settings: settings,
      subtitle: try loaded.subtitle()
    ).figure
  }
}
