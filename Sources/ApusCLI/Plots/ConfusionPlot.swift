internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot confusion MODEL DATA`
struct ConfusionPlot: Plot {
  let name = "plot confusion"
  let summary = "Which class is taken for which, with precision and recall."
  let examples = [
    Example("plot confusion model.safetensors digits", "on the rows that its training held out"),
    Example(
      "plot confusion model.safetensors mnist --data DIR --output confusion.svg", "as a picture"),
  ]

  private let options = ModelOptions(rows: 1_000_000)

  var ownArguments: [any Argument] { options.arguments }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try options.load(parsed)
    return try ConfusionFigure(
      loaded.network, on: loaded.rows, subtitle: try loaded.subtitle()
    ).figure
  }
}
