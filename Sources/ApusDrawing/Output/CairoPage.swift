internal import CCairo

/// A page of Cairo: replays a picture's marks and gives the bytes of a file.
final class CairoPage {
  /// Cairo keeps sizes of bitmaps in 16 bits.
  static let mostPixels = 32_767

  private let page: OpaquePointer
  private let theme: Theme

  /// A bitmap with `scale` pixels to the point.
  static func png(_ picture: Picture, _ theme: Theme, scale: Double) throws(DrawingError)
    -> CairoPage
  {
    let (width, height) = (picture.size.width * scale, picture.size.height * scale)
    guard width >= 1, height >= 1, width <= Double(mostPixels), height <= Double(mostPixels) else {
      throw .tooLarge(width: width, height: height)
    }
    return try CairoPage(
      apus_page_png(picture.size.width, picture.size.height, scale), picture, theme)
  }

  static func pdf(_ picture: Picture, _ theme: Theme) throws(DrawingError) -> CairoPage {
    try CairoPage(
      apus_page_pdf(picture.size.width, picture.size.height, picture.title), picture, theme)
  }

  private init(
    _ page: OpaquePointer?, _ picture: Picture, _ theme: Theme
  ) throws(DrawingError) {
    guard let page else {
      throw apus_cairo_version() == nil ? .noCairo : .failed("the memory does not suffice")
    }
    self.page = page
    self.theme = theme
    guard hasFont else { throw .noFont }
    draw(.rectangle(Rect(picture.size), fill: .background))
    for mark in picture.marks { draw(mark) }
  }

  deinit { apus_page_free(page) }

  /// The file.
  func bytes() throws(DrawingError) -> [UInt8] {
    var count = 0
    guard let bytes = apus_page_finish(page, &count) else {
      throw .failed(String(cString: apus_page_error(page)))
    }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The width of a line of text as the font has it.
  func measuredWidth(of text: String, size: Double, weight: Label.Weight) -> Double {
    apus_page_font(page, FontMetrics.family, size, weight == .bold ? 1 : 0)
    return apus_page_text_width(page, text)
  }

  /// A missing font is replaced by another one without a word; its widths give it away.
  private var hasFont: Bool {
    let probe = "mill 0123"
    let expected = FontMetrics.width(of: probe, size: 100)
    let found = measuredWidth(of: probe, size: 100, weight: .regular)
    return (found - expected).magnitude < 0.02 * expected
  }

  private func draw(_ mark: Mark) {
    switch mark {
    case .path(let path, let fill, let stroke):
      trace(path)
      paint(fill, stroke)
    case .circle(let centre, let radius, let fill, let stroke):
      apus_page_circle(page, centre.x, centre.y, radius)
      paint(fill, stroke)
    case .rectangle(let rect, let radius, let fill, let stroke):
      trace(Path(rect, radius: radius))
      paint(fill, stroke)
    case .symbol(let symbol, let point, let radius, let fill, let stroke):
      draw(symbol.mark(at: point, radius: radius, fill: fill, stroke: stroke))
    case .text(let label): draw(label)
    case .cells(let cells): draw(cells)
    case .group(let group):
      if let clip = group.clip {
        apus_page_clip(page, clip.x, clip.y, clip.width, clip.height)
      }
      for mark in group.marks { draw(mark) }
      if group.clip != nil { apus_page_unclip(page) }
    }
  }

  private func trace(_ path: Path) {
    for element in path.elements {
      switch element {
      case .move(let point): apus_page_move(page, point.x, point.y)
      case .line(let point): apus_page_line(page, point.x, point.y)
      case .curve(let a, let b, let end):
        apus_page_curve(page, a.x, a.y, b.x, b.y, end.x, end.y)
      case .close: apus_page_close(page)
      }
    }
  }

  private func paint(_ fill: Ink?, _ stroke: Stroke?) {
    if let fill { apus_page_fill(page, paint(of: fill)) }
    if let stroke {
      apus_page_stroke(
        page, paint(of: stroke.ink), stroke.width, stroke.dashes, Int32(stroke.dashes.count))
    }
    apus_page_new_path(page)
  }

  private func paint(of ink: Ink) -> apus_paint {
    let colour = theme.colour(of: ink)
    return apus_paint(
      red: Double(colour.red) / 255, green: Double(colour.green) / 255,
      blue: Double(colour.blue) / 255, opacity: colour.opacity)
  }

  private func draw(_ label: Label) {
    let anchor =
      switch label.anchor {
      case .start: 0.0
      case .middle: 0.5
      case .end: 1.0
      }
    apus_page_font(page, FontMetrics.family, label.size, label.weight == .bold ? 1 : 0)
    apus_page_text(
      page, label.text, label.point.x, label.point.y, anchor, label.rotation * .pi / 180,
      paint(of: label.ink))
  }

  private func draw(_ cells: Cells) {
    guard cells.columns > 0, cells.rows > 0 else { return }
    let pixels = cells.inks.map { ink -> UInt32 in
      let colour = theme.colour(of: ink)
      func part(_ value: UInt8) -> UInt32 { UInt32((Double(value) * colour.opacity).rounded()) }
      return UInt32((255 * colour.opacity).rounded()) << 24 | part(colour.red) << 16
        | part(colour.green) << 8 | part(colour.blue)
    }
    let frame = cells.frame
    apus_page_image(
      page, pixels, Int32(clamping: cells.columns), Int32(clamping: cells.rows), frame.x, frame.y,
      frame.width, frame.height)
  }
}

extension FontMetrics {
  /// The width that Cairo finds in the font itself: what the table is checked against.
  package static func measuredByCairo(
    _ text: String, size: Double, weight: Label.Weight
  ) throws(DrawingError) -> Double {
    let picture = Picture(size: Size(1, 1), title: "", description: "")
    let page = try CairoPage.png(picture, .light, scale: 1)
    return page.measuredWidth(of: text, size: size, weight: weight)
  }
}
