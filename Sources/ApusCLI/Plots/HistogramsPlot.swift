internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot histograms MODEL DATA`
struct HistogramsPlot: Plot {
  let name = "plot histograms"
  let summary = "How weights, outputs and gradients of each layer are spread."
  let examples = [
    Example("plot histograms model.safetensors digits --output spread.svg", "as a picture"),
    Example(
      "plot histograms model.safetensors digits --table", "smallest, largest, mean, deviation"),
  ]

  private let options = ModelOptions(rows: 128)

  var ownArguments: [any Argument] { options.arguments }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    try Self.figure(of: try options.load(parsed))
  }

  static func figure(of loaded: ModelOptions.Loaded) throws -> Figure {
    let probe = try NetworkProbe(loaded.network, on: loaded.rows, loss: try loaded.loss())
    return LayerHistograms(probe, subtitle: loaded.subtitle(probe.layers)).figure
  }
}
