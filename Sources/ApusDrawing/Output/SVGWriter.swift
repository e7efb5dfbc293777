import ApusFormats

/// A picture as SVG 1.1: one file that needs no other, with real text, a title and a description.
///
/// Equal pictures give equal bytes. In the theme `auto` the attributes hold the light colours and a
/// style sheet replaces them where the reader prefers dark (CSS Media Queries 5,
/// `prefers-color-scheme`); programs that know no style sheets show the light picture.
struct SVGWriter {
  private let choice: ThemeChoice
  private var body = ""
  /// Inks that differ between the themes, in order of first use; the index names their class.
  private var classes: [Ink: Int] = [:]
  private var rules = ""
  /// Parts of an animation that were written already, with their names; nil in a still picture.
  private var parts: [String: Int]?
  private var motion = ""
  /// Of the mark before: points of one kind come in thousands.
  private var lastPaint: (fill: Ink?, stroke: Stroke?, text: String)?

  static func text(of picture: Picture, _ choice: ThemeChoice) -> String {
    var writer = SVGWriter(choice: choice)
    writer.write(.rectangle(Rect(picture.size), fill: .background))
    for mark in picture.marks { writer.write(mark) }
    return writer.document(picture.size, title: picture.title, description: picture.description)
  }

  /// Frames one after the other, again and again, as CSS Animations 1 has it. Where nothing moves
  /// (the reader prefers that, or the program knows no style sheets) the last frame is seen.
  static func text(of animation: Animation, _ choice: ThemeChoice) -> String {
    var writer = SVGWriter(choice: choice)
    writer.parts = [:]
    let size = animation.size
    for (index, frame) in animation.frames.enumerated() {
      let isLast = index == animation.frames.count - 1
      let delay = Double(index) * animation.secondsOfFrame - animation.seconds
      writer.body +=
        "<g class=\"frame\(isLast ? " last" : "")\"\(isLast ? "" : " visibility=\"hidden\"") "
        + "style=\"animation-delay:\(number(delay))s\">\n"
      writer.write(.rectangle(Rect(size), fill: .background))
      for mark in frame.marks { writer.write(mark) }
      writer.body += "</g>\n"
    }
    writer.motion = motion(of: animation)
    let last = animation.frames.last
    return writer.document(
      size, title: last?.title ?? "", description: last?.description ?? "")
  }

  private static func motion(of animation: Animation) -> String {
    guard animation.frames.count > 1 else { return "" }
    func rule(_ name: String, _ seconds: Double) -> String {
      "@keyframes \(name){0%{visibility:visible}\(number(100 * seconds / animation.seconds))%,100%"
        + "{visibility:hidden}}\n"
    }
    let duration = number(animation.seconds)
    return rule("frame", animation.secondsOfFrame)
      + rule("last", animation.secondsOfFrame + animation.secondsOfRest)
      + "@media (prefers-reduced-motion: no-preference) {\n"
      + ".frame{animation:frame \(duration)s step-end infinite}\n"
      + ".last{animation-name:last}\n}\n"
  }

  private func document(_ size: Size, title: String, description: String) -> String {
    let (width, height) = (number(size.width), number(size.height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" \
      font-family="'\(FontMetrics.family)', Verdana, sans-serif">
      <title>\(escaped(title))</title>
      <desc>\(escaped(description))</desc>
      \(style)\(body)</svg>

      """
  }

  private init(choice: ThemeChoice) { self.choice = choice }

  private var style: String {
    let dark =
      choice == .auto && !rules.isEmpty
      ? "@media (prefers-color-scheme: dark) {\n\(rules)}" : ""
    return dark.isEmpty && motion.isEmpty ? "" : "<style>\(motion)\(dark)</style>\n"
  }

  private mutating func write(_ mark: Mark) {
    switch mark {
    case .path(let path, let fill, let stroke):
      guard !path.elements.isEmpty else { return }
      body += "<path d=\"\(Self.data(of: path))\"\(paint(fill, stroke))/>\n"
    case .circle(let centre, let radius, let fill, let stroke):
      var text = UTF8Text()
      text.append("<circle cx=\"")
      text.append(coordinate: centre.x)
      text.append("\" cy=\"")
      text.append(coordinate: centre.y)
      text.append("\" r=\"")
      text.append(coordinate: radius)
      text.append("\"" as Unicode.Scalar)
      text.append(paint(fill, stroke))
      text.append("/>\n")
      body += text.text
    case .rectangle(let rect, let radius, let fill, let stroke):
      let corner = radius > 0 ? " rx=\"\(number(radius))\"" : ""
      body += "<rect\(Self.frame(rect))\(corner)\(paint(fill, stroke))/>\n"
    case .symbol(let symbol, let point, let radius, let fill, let stroke):
      write(symbol.mark(at: point, radius: radius, fill: fill, stroke: stroke))
    case .text(let label): write(label)
    case .cells(let cells): write(cells)
    case .group(let group): write(group)
    }
  }

  private mutating func write(_ label: Label) {
    guard !label.text.isEmpty else { return }
    let (x, y) = (number(label.point.x), number(label.point.y))
    var attributes = " x=\"\(x)\" y=\"\(y)\" font-size=\"\(number(label.size))\""
    if label.anchor != .start { attributes += " text-anchor=\"\(label.anchor.rawValue)\"" }
    if label.weight == .bold { attributes += " font-weight=\"bold\"" }
    if label.rotation != 0 {
      attributes += " transform=\"rotate(\(number(label.rotation)) \(x) \(y))\""
    }
    body += "<text\(attributes)\(paint(label.ink, nil))>\(escaped(label.text))</text>\n"
  }

  /// A nested `svg` clips without a name; names would clash when a page holds two pictures. (Parts of
  /// an animation have names all the same: it is a file of its own.)
  private mutating func write(_ group: Group) {
    guard parts != nil else { return writeWhole(group) }
    // What many frames share is written once and referred to: rows of data do not move.
    let before = body
    body = ""
    writeWhole(group)
    let text = body
    body = before
    if let index = parts?[text] {
      body += "<use href=\"#part\(index)\"/>\n"
    } else if text.utf8.count > 500 {
      let index = parts?.count ?? 0
      parts?[text] = index
      body += "<g id=\"part\(index)\">\n\(text)</g>\n"
    } else {
      body += text
    }
  }

  private mutating func writeWhole(_ group: Group) {
    let tooltip = group.tooltip.map { "<title>\(escaped($0))</title>" } ?? ""
    if let clip = group.clip {
      let box = [clip.x, clip.y, clip.width, clip.height].map(number).joined(separator: " ")
      body += "<svg\(Self.frame(clip)) viewBox=\"\(box)\">\(tooltip)\n"
    } else {
      body += "<g>\(tooltip)\n"
    }
    for mark in group.marks { write(mark) }
    body += group.clip == nil ? "</g>\n" : "</svg>\n"
  }

  /// An image holds colours, not classes: in the theme `auto` there are two, and one is seen.
  private mutating func write(_ cells: Cells) {
    guard cells.columns > 0, cells.rows > 0 else { return }
    let image = Self.image(cells, choice.theme)
    let dark = choice == .auto ? Self.image(cells, .dark) : image
    guard dark != image else {
      body += "<image\(image)/>\n"
      return
    }
    if !rules.contains(".light") { rules += ".light{display:none}.dark{display:inline}\n" }
    body += "<image class=\"light\"\(image)/>\n<image class=\"dark\" display=\"none\"\(dark)/>\n"
  }

  private static func image(_ cells: Cells, _ theme: Theme) -> String {
    let png = IndexedPNG.bytes(
      columns: cells.columns, rows: cells.rows, colours: cells.inks.map(theme.colour(of:)))
    return "\(frame(cells.frame)) preserveAspectRatio=\"none\" image-rendering=\"pixelated\" "
      + "href=\"data:image/png;base64,\(Base64.text(of: png))\""
  }

  private mutating func paint(_ fill: Ink?, _ stroke: Stroke?) -> String {
    if let lastPaint, lastPaint.fill == fill, lastPaint.stroke == stroke { return lastPaint.text }
    let text = newPaint(fill, stroke)
    lastPaint = (fill, stroke, text)
    return text
  }

  private mutating func newPaint(_ fill: Ink?, _ stroke: Stroke?) -> String {
    var names: [String] = []
    var text = ""
    if let fill {
      text += attribute("fill", fill, &names)
    } else {
      text += " fill=\"none\""
    }
    if let stroke {
      text += attribute("stroke", stroke.ink, &names)
      if stroke.width != 1 { text += " stroke-width=\"\(number(stroke.width))\"" }
      if stroke.dashes.isEmpty {
        text += " stroke-linejoin=\"round\" stroke-linecap=\"round\""
      } else {
        text += " stroke-dasharray=\"\(stroke.dashes.map(number).joined(separator: " "))\""
      }
    }
    return text + (names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\"")
  }

  private mutating func attribute(_ kind: String, _ ink: Ink, _ names: inout [String]) -> String {
    let colour = choice.theme.colour(of: ink)
    if choice == .auto, Theme.dark.colour(of: ink) != colour {
      let known = classes[ink]
      let index = known ?? classes.count
      classes[ink] = index
      if known == nil {
        let dark = Theme.dark.colour(of: ink).hexadecimal
        rules += ".f\(index){fill:\(dark)}.s\(index){stroke:\(dark)}\n"
      }
      names.append("\(kind == "fill" ? "f" : "s")\(index)")
    }
    let opacity = colour.opacity < 1 ? " \(kind)-opacity=\"\(number(colour.opacity))\"" : ""
    return " \(kind)=\"\(colour.hexadecimal)\"\(opacity)"
  }

  private static func frame(_ rect: Rect) -> String {
    " x=\"\(number(rect.x))\" y=\"\(number(rect.y))\" width=\"\(number(rect.width))\""
      + " height=\"\(number(rect.height))\""
  }

  private static func data(of path: Path) -> String {
    var text = UTF8Text()
    for element in path.elements {
      switch element {
      case .move(let point): text.append("M", point)
      case .line(let point): text.append("L", point)
      case .curve(let a, let b, let end):
        text.append("C", a)
        text.append(" ", b)
        text.append(" ", end)
      case .close: text.append("Z")
      }
    }
    return text.text
  }
}

extension UTF8Text {
  fileprivate mutating func append(_ letter: Unicode.Scalar, _ point: Point) {
    append(letter)
    append(coordinate: point.x)
    append(" ")
    append(coordinate: point.y)
  }

  /// With at most two digits after the point; one that is no number becomes 0.
  fileprivate mutating func append(coordinate value: Double) {
    let bounded = value.isNaN ? 0 : min(max(value, -1e9), 1e9)
    let hundredths = Int((bounded * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    if hundredths < 0 { append("-") }
    append(Int(whole))
    if rest == 0 { return }
    append(rest < 10 ? ".0" : ".")
    append(Int(rest % 10 == 0 ? rest / 10 : rest))
  }
}

private func number(_ value: Double) -> String {
  var text = UTF8Text()
  text.append(coordinate: value)
  return text.text
}

/// Text for XML; characters that XML does not allow are left out.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\t", "\n", "\r": result += " "
    case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": break
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
