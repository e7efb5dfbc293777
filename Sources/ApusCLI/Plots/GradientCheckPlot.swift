internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot gradient-check MODEL DATA`
struct GradientCheckPlot: Plot {
  let name = "plot gradient-check"
  let summary = "The error of difference quotients over their step: why it must not be tiny."
  let examples = [
    Example("plot gradient-check model.safetensors xor", "in the terminal"),
    Example("plot gradient-check model.safetensors digits --output valley.svg", "as a picture"),
  ]

  private let options = ModelOptions(rows: 16)

  var ownArguments: [any Argument] { options.arguments }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try options.load(parsed)
    let report = try GradientCheck().run(
      loaded.network, loss: try loaded.loss(), on: loaded.rows)
    return report.valleyFigure(subtitle: try loaded.subtitle())
  }
}
