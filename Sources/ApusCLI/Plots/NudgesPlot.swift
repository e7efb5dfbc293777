internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot nudges MODEL DATA`
struct NudgesPlot: Plot {
  let name = "plot nudges"
  let summary = "What each example asks of each parameter, and their mean."
  let examples = [
    Example("plot nudges model.safetensors xor", "the table of lecture deck 004"),
    Example("plot nudges model.safetensors digits --rows 6 --output nudges.svg", "as a picture"),
  ]

  private let options = ModelOptions(rows: 6)

  var ownArguments: [any Argument] { options.arguments }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try options.load(parsed)
    return try NudgeTable(
      loaded.network, loss: try loaded.loss(), on: loaded.rows, subtitle: try loaded.subtitle()
    ).figure
  }
}
