internal import ApusGraph

/// A picture as LaTeX source for the package TikZ (Tantau, "The TikZ and PGF Packages"), one
/// `tikzpicture` to be included: `\input{graph.tex}`. Texts are real text in the document's font; the
/// signs in them need LuaLaTeX or XeLaTeX.
struct TikZWriter {
  private let theme: Theme
  private var body = ""
  /// The colours' codes, in order of first use; the index names each.
  private var colours: [String: Int] = [:]
  private var definitions = ""

  static func text(of picture: Picture, _ theme: Theme) -> String {
    var writer = TikZWriter(theme: theme)
    writer.write(.rectangle(Rect(picture.size), fill: .background))
    for mark in picture.marks { writer.write(mark) }
    let title = picture.title.split(whereSeparator: \.isNewline).joined(separator: " ")
    return """
      % \(title)
      % \\input{…} where the picture shall stand. Needs LuaLaTeX or XeLaTeX, \\usepackage{tikz} and a
      % font with all signs: \\usepackage{fontspec} \\setmainfont{DejaVu Sans}.
      \\begin{tikzpicture}[x=1bp, y=-1bp, line cap=round, line join=round]
      \(writer.definitions)\(writer.body)\\end{tikzpicture}

      """
  }

  private init(theme: Theme) { self.theme = theme }

  private mutating func write(_ mark: Mark) {
    switch mark {
    case .path(let path, let fill, let stroke):
      guard !path.elements.isEmpty else { return }
      line(Self.data(of: path), fill, stroke)
    case .circle(let centre, let radius, let fill, let stroke):
      line("\(pair(centre)) circle [radius=\(number(radius))bp]", fill, stroke)
    case .rectangle(let rect, let radius, let fill, let stroke):
      line(Self.data(of: Path(rect, radius: radius)), fill, stroke)
    case .symbol(let symbol, let point, let radius, let fill, let stroke):
      write(symbol.mark(at: point, radius: radius, fill: fill, stroke: stroke))
    case .text(let label): write(label)
    case .cells(let cells): write(cells)
    case .group(let group):
      body += "\\begin{scope}\n"
      if let clip = group.clip { body += "\\clip \(Self.corners(clip));\n" }
      for mark in group.marks { write(mark) }
      body += "\\end{scope}\n"
    }
  }

  private mutating func line(_ data: String, _ fill: Ink?, _ stroke: Stroke?) {
    var options: [String] = []
    if let fill { options += paint("fill", fill) }
    if let stroke {
      options += paint("draw", stroke.ink) + ["line width=\(number(stroke.width))bp"]
      if !stroke.dashes.isEmpty {
        // Round ends would fill the gaps.
        let dashes = stroke.dashes.enumerated().map { index, length in
          "\(index.isMultiple(of: 2) ? "on" : "off") \(number(length))bp"
        }
        options += ["dash pattern=\(dashes.joined(separator: " "))", "line cap=butt"]
      }
    }
    guard !options.isEmpty else { return }
    body += "\\path[\(options.joined(separator: ", "))] \(data);\n"
  }

  private mutating func paint(_ kind: String, _ ink: Ink) -> [String] {
    let colour = theme.colour(of: ink)
    let opacity =
      colour.opacity < 1 ? ["\(kind) opacity=\(NumberFormat.fixed(colour.opacity, digits: 3))"] : []
    return ["\(kind)=\(name(of: colour))"] + opacity
  }

  private mutating func name(of colour: Colour) -> String {
    let code = colour.hexadecimal.dropFirst().uppercased()
    let index = colours[code] ?? colours.count
    if colours[code] == nil {
      colours[code] = index
      definitions += "\\definecolor{apus\(index)}{HTML}{\(code)}\n"
    }
    return "apus\(index)"
  }

  private mutating func write(_ label: Label) {
    guard !label.text.isEmpty else { return }
    let colour = theme.colour(of: label.ink)
    let anchor =
      switch label.anchor {
      case .start: "base west"
      case .middle: "base"
      case .end: "base east"
      }
    var options = [
      "anchor=\(anchor)", "inner sep=0pt", "text=\(name(of: colour))",
      "font=\\fontsize{\(number(label.size))bp}{\(number(1.2 * label.size))bp}\\selectfont"
        + (label.weight == .bold ? "\\bfseries" : ""),
    ]
    if label.rotation != 0 { options.append("rotate=\(number(-label.rotation))") }
    if colour.opacity < 1 {
      options.append("text opacity=\(NumberFormat.fixed(colour.opacity, digits: 3))")
    }
    body +=
      "\\node[\(options.joined(separator: ", "))] at \(pair(label.point)) {\(escaped(label.text))};\n"
  }

  /// One rectangle for each run of equal cells in a row.
  private mutating func write(_ cells: Cells) {
    guard cells.columns > 0, cells.rows > 0 else { return }
    let (width, height) = (
      cells.frame.width / Double(cells.columns), cells.frame.height / Double(cells.rows)
    )
    for row in 0..<cells.rows {
      let inks = cells.inks[row * cells.columns..<(row + 1) * cells.columns].map { $0 }
      var start = 0
      while start < inks.count {
        let end = inks[start...].firstIndex { $0 != inks[start] } ?? inks.count
        let rect = Rect(
          cells.frame.x + Double(start) * width, cells.frame.y + Double(row) * height,
          Double(end - start) * width, height)
        let colour = paint("fill", inks[start]).joined(separator: ", ")
        body += "\\path[\(colour)] \(Self.corners(rect));\n"
        start = end
      }
    }
  }

  private static func corners(_ rect: Rect) -> String {
    "\(pair(Point(rect.left, rect.top))) rectangle \(pair(Point(rect.right, rect.bottom)))"
  }

  private static func data(of path: Path) -> String {
    path.elements.map { element in
      switch element {
      case .move(let point): pair(point)
      case .line(let point): "-- \(pair(point))"
      case .curve(let a, let b, let end): ".. controls \(pair(a)) and \(pair(b)) .. \(pair(end))"
      case .close: "-- cycle"
      }
    }.joined(separator: " ")
  }
}

private func pair(_ point: Point) -> String { "(\(number(point.x)),\(number(point.y)))" }

/// A coordinate that TeX can hold, which counts to 16383 points; one that is no number becomes 0.
private func number(_ value: Double) -> String {
  NumberFormat.fixed(value.isNaN ? 0 : min(max(value, -16_000), 16_000), digits: 2)
}

/// Text for TeX.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "#", "$", "%", "&", "_", "{", "}": result += "\\\(scalar)"
    case "\\": result += "\\textbackslash{}"
    case "~": result += "\\textasciitilde{}"
    case "^": result += "\\textasciicircum{}"
    case "\u{0}"..<"\u{20}": result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  // Two hyphens would become a dash.
  return result.replacing("--", with: "-{}-")
}
