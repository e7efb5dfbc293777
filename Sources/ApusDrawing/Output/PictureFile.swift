internal import ApusFormats

/// What a picture can be written as.
public enum PictureFormat: String, CaseIterable, Hashable, Sendable {
  case svg, png, pdf
  /// LaTeX source for the package TikZ.
  case tikz = "tex"
  /// The terminal's picture without colours.
  case text = "txt"

  static let names = allCases.map(\.rawValue)

  /// The format that a path's ending names.
  public init(path: String) throws(DrawingError) {
    guard let format = PictureFormat(rawValue: Self.ending(of: path)) else {
      throw .unknownFormat(path: path)
    }
    self = format
  }

  static func ending(of path: String) -> String {
    let name = File.splitPath(path).name
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }
}

extension Picture {
  /// The bytes of a file. Equal pictures give equal bytes, with PNG and PDF as long as Cairo and the
  /// font are the same.
  ///
  /// - Parameters:
  ///   - theme: only SVG has `auto`; the others are then light.
  ///   - scale: pixels to the point in a PNG.
  /// - Throws: ``DrawingError`` when Cairo or the font is missing, or the bitmap would be too large.
  public func bytes(
    as format: PictureFormat, theme: ThemeChoice = .auto, scale: Double = 2
  ) throws(DrawingError) -> [UInt8] {
    switch format {
    case .svg: Array(svg(theme: theme).utf8)
    case .png: try CairoPage.png(self, theme.theme, scale: scale).bytes()
    case .pdf: try CairoPage.pdf(self, theme.theme).bytes()
    case .tikz: Array(TikZWriter.text(of: self, theme.theme).utf8)
    case .text: Array(terminalText().utf8)
    }
  }

  /// The picture as SVG text.
  public func svg(theme: ThemeChoice = .auto) -> String { SVGWriter.text(of: self, theme) }

  /// The picture in characters, lines of at most `columns`.
  ///
  /// - Parameter isColoured: with colours as terminals know them (ISO 6429 with 24-bit colours).
  public func terminalText(
    columns: Int = 80, isColoured: Bool = false, theme: ThemeChoice = .dark
  ) -> String {
    var canvas = TerminalCanvas(self, columns: columns, theme.theme, isColoured: isColoured)
    for mark in marks { canvas.draw(mark) }
    return canvas.text
  }

  /// Writes the file; its ending chooses the format.
  public func write(
    to path: String, theme: ThemeChoice = .auto, scale: Double = 2, overwriting: Bool = false
  ) throws {
    let format = try PictureFormat(path: path)
    // A picture can be drawn again.
    try File.write(
      bytes(as: format, theme: theme, scale: scale), to: path, overwriting: overwriting,
      survival: .ofKill)
  }
}
