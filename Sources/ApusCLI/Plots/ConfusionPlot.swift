internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot confusion MODEL DATA`
struct ConfusionPlot: Plot {
  let name = "plot confusion"
  let summary = "Which class is taken for which, with precision and recall, and the rows behind."
  let examples = [
    Example("plot confusion model.safetensors digits", "on the rows that its training held out"),
    Example(
      "plot confusion model.safetensors mnist --data DIR --output confusion.svg", "as a picture"),
    Example(
      "plot confusion model.safetensors digits --cell 8,1",
      "the eights that were taken for ones, with the probabilities"),
    Example("plot confusion model.safetensors digits --mistakes", "all that is wrong"),
  ]

  private let options = ModelOptions(rows: 1_000_000)
  private let cell = Option.optional(
    "cell", .text.named("TRUE,PREDICTED"), shown: "the whole matrix",
    help: "Show the rows of one class that were taken for another.")
  private let mistakes = Flag("mistakes", help: "Show all rows that are wrong.")

  var ownArguments: [any Argument] { options.arguments + [cell, mistakes] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    if parsed.isGiven(cell), parsed[mistakes] {
      throw UsageError.conflict("--cell and --mistakes both choose rows; give one of them")
    }
    let loaded = try options.load(parsed)
    guard let choice = try choice(parsed, of: loaded.rows.task) else {
      return try ConfusionFigure(
        loaded.network, on: loaded.rows, subtitle: try loaded.subtitle()
      ).figure
    }
    return try PredictionGallery(
      loaded.network, on: loaded.rows, showing: choice, subtitle: try loaded.subtitle()
    ).figure
  }

  private func choice(
    _ parsed: ParsedArguments, of task: LearningTask
  ) throws -> PredictionGallery.Choice? {
    if parsed[mistakes] { return .mistakes }
    guard let text = parsed[cell] else { return nil }
    return try PredictionGallery.Choice(
      parsing: text, of: task.isClassification ? task.names : [])
  }
}
