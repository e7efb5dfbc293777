internal import ApusFormats
public import ApusGraph

/// A picture that cannot be written.
public enum DrawingError: DiagnosableError, Hashable, Sendable {
  case unknownFormat(path: String)
  /// A format that holds one picture.
  case noAnimation(path: String)
  case noCairo
  case noFont
  case tooLarge(width: Double, height: Double)
  /// What Cairo says.
  case failed(String)
  /// Numbers that make no picture.
  case nothingToDraw(String)
  case noGraphviz
  /// What Graphviz says.
  case graphviz(String)

  public var kind: ErrorKind {
    switch self {
    case .unknownFormat, .noAnimation: .usage
    case .nothingToDraw: .badData
    default: .other
    }
  }

  public var description: String {
    switch self {
    case .unknownFormat(let path):
      "\"\(printable(path))\": the name of a picture ends in .svg, .png, .pdf, .tex or .txt"
        + (closestMatch(to: PictureFormat.ending(of: path), in: PictureFormat.names).map {
          "; did you mean .\($0)?"
        } ?? "")
    case .noAnimation(let path):
      "\"\(printable(path))\": only SVG moves; write .svg, or a file for each frame with --frames"
    case .noCairo:
      "PNG and PDF are written by the library Cairo, which is not there; "
        + "install the package libcairo2 (and build with libcairo2-dev), or write SVG"
    case .noFont:
      "the font \(FontMetrics.family) is not there, so the texts of a PNG or PDF would not fit; "
        + "install the package fonts-dejavu-core, or write SVG"
    case .tooLarge(let width, let height):
      "a picture of \(NumberFormat.significant(width, digits: 5)) × "
        + "\(NumberFormat.significant(height, digits: 5)) pixels is too large; "
        + "at most \(CairoPage.mostPixels) fit each way"
    case .failed(let reason): "Cairo cannot write the picture: \(reason)"
    case .nothingToDraw(let reason): reason
    case .noGraphviz:
      "the nodes of a graph are placed by the library Graphviz, which is not there; "
        + "install the package libgvc6 (and build with libgraphviz-dev), or write .dot"
    case .graphviz(let reason): "Graphviz cannot place the graph: \(printable(reason, limit: 300))"
    }
  }
}
