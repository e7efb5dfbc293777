internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot boundary MODEL DATA`
struct BoundaryPlot: Plot {
  let name = "plot boundary"
  let summary = "Where a network's classes meet in the plane of two features."
  let examples = [
    Example("plot boundary model.safetensors moons", "training and held-out rows"),
    Example("plot boundary model.safetensors xor --output xor.svg", "as a picture"),
    Example("plot boundary model.safetensors spirals --part test --table", "rows with predictions"),
  ]

  private let options = ModelOptions(rows: 1000)

  var ownArguments: [any Argument] { options.arguments }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    try DecisionBoundary(try options.network(parsed), parts: try options.parts(parsed)).figure
  }
}
