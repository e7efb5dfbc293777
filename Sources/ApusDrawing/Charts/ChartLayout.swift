/// Turns a chart into marks inside a frame: axes around, data within.
struct ChartLayout {
  static let textSize = 11.0
  /// Room for a character of the terminal, in which texts are wider than in print.
  static let cellWidth = 8.0

  private let chart: Chart
  private let plot: Rect
  private let xTicks: [Tick]
  private let yTicks: [Tick]
  private let frame: Rect

  static func marks(of chart: Chart, in frame: Rect) -> [Mark] {
    let layout = ChartLayout(chart, frame)
    return layout.guides + layout.data + layout.axes + layout.texts
  }

  private init(_ chart: Chart, _ frame: Rect) {
    self.chart = chart
    self.frame = frame
    let top = (chart.heading == nil ? 0.0 : 20) + (chart.y.label.isEmpty ? 6 : 20)
    let bottom = 20 + (chart.x.label.isEmpty ? 0.0 : 18)
    var inner = frame.inset(top: top, bottom: bottom)
    yTicks = Self.fitting(chart.y, length: inner.height, pitch: 36) { _ in 14 }
    let widest = yTicks.map { Self.room(for: $0.label) }.max() ?? 0
    inner = inner.inset(left: widest + 8, right: 10)
    if chart.isEven { inner = Self.even(inner, chart) }
    plot = inner
    xTicks = Self.fitting(chart.x, length: plot.width, pitch: 44) { Self.room(for: $0) + 8 }
  }

  static func room(for text: String) -> Double {
    max(FontMetrics.width(of: text, size: textSize), Double(text.count) * cellWidth)
  }

  /// As many numbers as have a gap between them, `pitch` points apart or more; `room` is what one
  /// takes along the axis.
  private static func fitting(
    _ axis: Axis, length: Double, pitch: Double, room: (String) -> Double
  ) -> [Tick] {
    func isLoose(_ ticks: [Tick]) -> Bool {
      let labelled = ticks.filter { !$0.label.isEmpty }
      return zip(labelled, labelled.dropFirst()).allSatisfy { a, b in
        (axis.share(of: b.value) - axis.share(of: a.value)) * length
          >= (room(a.label) + room(b.label)) / 2
      }
    }
    var count = max(Int(length / pitch), 2)
    var ticks = axis.ticks(count: count)
    // Given ticks are thinned out evenly, round ones replaced by fewer.
    var every = 1
    while !isLoose(ticks), count > 1 || axis.ticks != nil {
      if let given = axis.ticks {
        every += 1
        ticks = given.enumerated().filter { $0.offset % every == 0 }.map(\.element)
      } else {
        count -= 1
        ticks = axis.ticks(count: count)
      }
    }
    return isLoose(ticks) ? ticks : Array(ticks.prefix(1))
  }

  /// The largest part of a frame in which a unit of x is as long as one of y.
  private static func even(_ frame: Rect, _ chart: Chart) -> Rect {
    let xSpan = chart.x.range.upperBound - chart.x.range.lowerBound
    let ySpan = chart.y.range.upperBound - chart.y.range.lowerBound
    guard xSpan > 0, ySpan > 0, xSpan.isFinite, ySpan.isFinite else { return frame }
    let unit = min(frame.width / xSpan, frame.height / ySpan)
    let (width, height) = (max(unit * xSpan, 40), max(unit * ySpan, 40))
    return Rect(frame.x, frame.y + (frame.height - height) / 2, width, height)
  }

  private func place(_ point: Point) -> Point {
    Point(
      plot.left + chart.x.share(of: point.x) * plot.width,
      plot.bottom - chart.y.share(of: point.y) * plot.height)
  }

  // MARK: Behind the data

  private var guides: [Mark] {
    if let ground = chart.ground {
      return [
        .cells(Cells(in: plot, columns: ground.columns, rows: ground.rows, inks: ground.inks))
      ]
    }
    let stroke = Stroke(.grid)
    let upright = xTicks.filter { !$0.label.isEmpty }.map { tick -> Mark in
      let x = place(Point(tick.value, 0)).x
      return .line(Point(x, plot.top), Point(x, plot.bottom), stroke)
    }
    return upright
      + yTicks.filter { !$0.label.isEmpty }.map { tick in
        let y = plot.bottom - chart.y.share(of: tick.value) * plot.height
        return .line(Point(plot.left, y), Point(plot.right, y), stroke)
      }
  }

  // MARK: Data

  private var data: [Mark] {
    let rules = chart.rules.compactMap(mark(of:))
    let (signs, lines) = (chart.series.filter(\.isSign), chart.series.filter { !$0.isSign })
    // Signs at the very edge are seen whole.
    return [
      .group(Group(rules + lines.flatMap(marks(of:)), clip: plot)),
      .group(Group(signs.flatMap(groupedMarks(of:)), clip: plot.inset(by: -5))),
    ]
  }

  /// Many signs are a group of their own: an animation, in which they stay, then holds them once.
  private func groupedMarks(of series: ChartSeries) -> [Mark] {
    let marks = marks(of: series)
    return marks.count > 24 ? [.group(Group(marks))] : marks
  }

  private func mark(of rule: Rule) -> Mark? {
    switch rule.direction {
    case .horizontal:
      let share = chart.y.share(of: rule.value)
      guard (0...1).contains(share) else { return nil }
      let y = plot.bottom - share * plot.height
      return .line(Point(plot.left, y), Point(plot.right, y), rule.stroke)
    case .vertical:
      let share = chart.x.share(of: rule.value)
      guard (0...1).contains(share) else { return nil }
      let x = plot.left + share * plot.width
      return .line(Point(x, plot.top), Point(x, plot.bottom), rule.stroke)
    }
  }

  private func marks(of series: ChartSeries) -> [Mark] {
    switch series.shape {
    case .line(let width, let dashes):
      let points = series.points.map(place).thinnedLine(width: plot.width)
      // Far outside coordinates would lose their digits in a file.
      let wide = plot.inset(by: -plot.width)
      let pieces = zip(points, points.dropFirst()).allSatisfy {
        wide.contains($0) && wide.contains($1)
      }
      let shown = pieces ? points : Self.cut(points, wide)
      return [.polyline(shown, Stroke(series.ink, width: width, dashes: dashes))]
    case .symbols(let symbol?, let radius):
      return series.points.map(place).filter(\.isFinite).map {
        .symbol(symbol, at: $0, radius: radius, fill: series.ink, stroke: Stroke(.background))
      }
    case .symbols(nil, let radius):
      return series.points.map(place).thinnedDots().map {
        .circle(centre: $0, radius: radius, fill: series.ink)
      }
    case .bars(let width): return series.points.compactMap { bar($0, width, series.ink) }
    }
  }

  /// The pieces of a line inside, with gaps where it is outside.
  private static func cut(_ points: [Point], _ rect: Rect) -> [Point] {
    let gap = Point(.nan, .nan)
    return zip(points, points.dropFirst()).flatMap { from, to -> [Point] in
      guard from.isFinite, to.isFinite, let (a, b) = rect.cut(from, to) else { return [gap] }
      return a == from && b == to ? [a, b] : [gap, a, b, gap]
    }
  }

  private func bar(_ point: Point, _ width: Double, _ ink: Ink) -> Mark? {
    let zero = chart.y.range.contains(0) ? 0 : chart.y.range.lowerBound
    let a = place(Point(point.x - width / 2, zero))
    let b = place(Point(point.x + width / 2, point.y))
    guard a.isFinite, b.isFinite else { return nil }
    let gap = min((b.x - a.x) * 0.1, 1)
    return .rectangle(
      Rect(a.x + gap, min(a.y, b.y), max(b.x - a.x - 2 * gap, 0.5), (b.y - a.y).magnitude),
      fill: ink)
  }

  // MARK: Axes

  private var axes: [Mark] {
    let stroke = Stroke(.muted)
    var marks: [Mark] = [
      .line(Point(plot.left, plot.top), Point(plot.left, plot.bottom), stroke),
      .line(Point(plot.left, plot.bottom), Point(plot.right, plot.bottom), stroke),
    ]
    for tick in xTicks {
      let x = place(Point(tick.value, 0)).x
      let length = tick.label.isEmpty ? 2.5 : 4
      marks.append(.line(Point(x, plot.bottom), Point(x, plot.bottom + length), stroke))
      marks.append(
        label(tick.label, Point(x, plot.bottom + 7), .middle, .top))
    }
    for tick in yTicks {
      let y = plot.bottom - chart.y.share(of: tick.value) * plot.height
      let length = tick.label.isEmpty ? 2.5 : 4
      marks.append(.line(Point(plot.left - length, y), Point(plot.left, y), stroke))
      marks.append(label(tick.label, Point(plot.left - 6, y), .end, .middle))
    }
    return marks
  }

  private func label(
    _ text: String, _ point: Point, _ anchor: Label.Anchor, _ alignment: Label.Alignment
  ) -> Mark {
    .text(
      Label(
        text, at: point, size: Self.textSize, anchor: anchor, alignment: alignment, ink: .muted))
  }

  // MARK: Texts

  private var texts: [Mark] {
    var top = frame.top
    var marks: [Mark] = []
    if let heading = chart.heading {
      let text = FontMetrics.fitted(heading, width: frame.width, size: 12, weight: .bold)
      marks.append(
        .text(Label(text, at: Point(frame.left, top), alignment: .top, weight: .bold)))
      top += 20
    }
    // An even chart may stand lower than its frame; its title stays with it.
    let titleTop = max(top, plot.top - 20)
    let yTitle = FontMetrics.fitted(chart.y.label, width: frame.width, size: Self.textSize)
    marks.append(label(yTitle, Point(frame.left, titleTop), .start, .top))
    let xTitle = FontMetrics.fitted(chart.x.label, width: plot.width, size: Self.textSize)
    marks.append(label(xTitle, Point(plot.right, plot.bottom + 23), .end, .top))
    return marks + notes
  }

  private var notes: [Mark] {
    var taken: [Rect] = []
    var marks: [Mark] = []
    for note in chart.notes {
      let point = place(note.point)
      guard point.isFinite, plot.inset(by: -1).contains(point) else { continue }
      if note.hasRing {
        marks.append(.symbol(.ring, at: point, radius: 4.5, stroke: Stroke(note.ink, width: 1.6)))
        taken.append(Rect(point.x - 6, point.y - 6, 12, 12))
      }
      guard let label = free(note, point, taken) else { continue }
      taken.append(label.box)
      marks.append(
        .rectangle(label.box.inset(by: -1), radius: 2, fill: .faded(.background, 0.75)))
      marks.append(.text(label))
    }
    return marks
  }

  /// Beside, above or below the point, whichever stays inside and covers no words and least data.
  private func free(_ note: Note, _ point: Point, _ taken: [Rect]) -> Label? {
    let text = FontMetrics.fitted(note.text, width: plot.width - 8, size: Self.textSize)
    var best: (label: Label, cost: Int)?
    for (dx, dy, anchor) in [
      (9, -9, .start), (-9, -9, .end), (9, 9, .start), (-9, 9, .end), (0, -14, .middle),
      (0, 14, .middle), (9, -24, .start), (-9, -24, .end), (9, 24, .start), (-9, 24, .end),
      (0, -40, .middle), (0, 40, .middle),
    ] as [(Double, Double, Label.Anchor)] {
      let label = Label(
        text, at: Point(point.x + dx, point.y + dy), size: Self.textSize, anchor: anchor,
        alignment: .middle, ink: note.ink)
      let box = label.box
      guard plot.contains(box), !taken.contains(where: { $0.overlaps(box) }) else { continue }
      let cost = covered(by: box)
      if cost < best?.cost ?? Int.max { best = (label, cost) }
    }
    return best?.label
  }

  /// How many points and pieces of lines a box would hide.
  private func covered(by box: Rect) -> Int {
    chart.series.reduce(0) { sum, series in
      guard case .line = series.shape else {
        return sum + series.points.count { box.contains(place($0)) }
      }
      let places = series.points.map(place)
      return sum
        + zip(places, places.dropFirst()).count { from, to in
          from.isFinite && to.isFinite && box.cut(from, to) != nil
        }
    }
  }
}
