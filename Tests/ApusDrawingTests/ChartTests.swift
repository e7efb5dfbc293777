import ApusDrawing
import ApusFormats
import Testing

/// A figure around one chart.
private func figure(_ chart: Chart, _ more: Chart...) -> Figure {
  Figure(
    title: "A chart whose title is rather long, so that it needs more than one line on its paper",
    subtitle:
      "digits · 64-30-10 (relu, linear) · seed 0 · \(String(repeating: "more ", count: 30))",
    caption: "A sentence.", charts: [chart] + more, columns: 2,
    chartSize: Size(more.isEmpty ? 616 : 300, 260),
    table: FigureTable(
      ["x", "name"], rows: [[.integer(1), .text("a")], [.number(0.5), .missing]]))
}

private func wave(_ count: Int, _ scale: Double, _ offset: Double = 0) -> [Point] {
  (0..<count).map { index in
    let t = Double(index) / Double(max(count - 1, 1))
    return Point(offset + t * scale, (t - 0.5) * (t - 0.2) * scale + offset)
  }
}

struct ChartTests {
  static let ranges: [(Double, Double)] = [
    (0, 1), (-7, 7), (1e-9, 3e-9), (-1e12, 1e15), (99.999, 100.001), (0, 0), (5, 5),
    (-3e-300, 1e300),
  ]

  @Test(arguments: ranges) func noLabelsOverlapOnAnyScale(low: Double, high: Double) {
    let points = [Point(low, high), Point((low + high) / 2, low), Point(high, high)]
    for scale in [Axis.Scale.linear, .logarithmic] {
      let chart = Chart(
        heading: "heading",
        x: Axis(fitting: "a quantity (unit)", points.map(\.x), scale: scale),
        y: Axis(fitting: "another quantity (unit)", points.map(\.y), scale: scale),
        series: [
          ChartSeries("line", points, .line(), .series(0)),
          ChartSeries("signs", points, .symbols(.triangle), .series(1)),
        ],
        notes: points.map { Note("a note at a point", at: $0) })
      #expect(figure(chart).picture.layoutMistakes == [], "\(scale)")
      #expect(figure(chart, chart, chart).picture.layoutMistakes == [], "\(scale)")
      #expect(figure(chart).terminalText().split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
  }

  @Test func longNamesAndManyTicksHaveRoom() {
    let names = (0..<30).map { Tick(Double($0), "class number \($0)") }
    let chart = Chart(
      x: Axis("x", -0.5...29.5, ticks: names), y: Axis("y", -0.5...29.5, ticks: names),
      series: (0..<7).map {
        ChartSeries("a trace with a long name, number \($0)", wave(30, 29), .line(), .series($0))
      })
    #expect(figure(chart).picture.layoutMistakes == [])
    #expect(figure(chart, chart).picture.layoutMistakes == [])
  }

  @Test func numbersWithoutAPlaceAreLeftOut() throws {
    let strange: [Point] = [
      Point(.nan, 1), Point(1, .infinity), Point(-.infinity, .nan), Point(0, 0), Point(1, -1),
      Point(2, 3),
    ]
    for scale in [Axis.Scale.linear, .logarithmic] {
      let chart = Chart(
        x: Axis(fitting: "x", strange.map(\.x), scale: scale),
        y: Axis(fitting: "y", strange.map(\.y), scale: scale),
        series: [
          ChartSeries("a", strange, .line(), .series(0)),
          ChartSeries("b", strange, .symbols(.disc), .series(1)),
          ChartSeries("c", strange, .symbols(nil), .series(2)),
          ChartSeries("d", strange, .bars(width: 1), .series(3)),
        ],
        rules: [
          Rule(.horizontal, at: .nan, nil, Stroke(.muted)),
          Rule(.vertical, at: 1, nil, Stroke(.muted)),
        ],
        notes: [Note("nowhere", at: Point(.nan, .nan)), Note("here", at: Point(2, 3))])
      let picture = figure(chart).picture
      #expect(picture.layoutMistakes == [])
      let text = picture.svg()
      try XMLCheck.check(text)
      #expect(!text.contains("nan") && !text.contains("inf"))
      #expect(!picture.terminalText().isEmpty)
    }
    let empty = Chart(x: Axis(fitting: "x", []), y: Axis(fitting: "y", []))
    #expect(figure(empty).picture.layoutMistakes == [])
  }

  /// A million points draw the same line as all of them would, in a small file.
  @Test func longTracesAreThinnedOut() {
    let points = (0..<200_000).map { Point(Double($0), $0 == 99_999 ? 5 : Double($0 % 7) / 7) }
    let chart = Chart(
      x: Axis("x", 0...200_000), y: Axis("y", 0...5),
      series: [
        ChartSeries("line", points, .line(), .series(0)),
        ChartSeries("dots", points, .symbols(nil), .series(1)),
      ])
    let text = figure(chart).picture.svg()
    #expect(text.utf8.count < 800_000)
    #expect(text.matches(of: #/L\d+(\.\d+)? /#).count > 1_000)
  }

  @Test func notesKeepClearOfEachOther() {
    let point = Point(0.5, 0.5)
    let chart = Chart(
      x: Axis("x", 0...1), y: Axis("y", 0...1),
      notes: (0..<6).map { Note("note number \($0)", at: point) })
    let picture = figure(chart).picture
    #expect(picture.layoutMistakes == [])
    #expect(picture.labels.count { $0.text.hasPrefix("note") } >= 3)
  }

  @Test func equalChartsGiveEqualBytes() throws {
    let chart = Chart(
      x: Axis("x", 0...1), y: Axis("y", 0...1),
      series: [ChartSeries("a", wave(50, 1), .line(), .series(0))])
    #expect(figure(chart).picture.svg() == figure(chart).picture.svg())
    #expect(try figure(chart).picture.bytes(as: .png) == figure(chart).picture.bytes(as: .png))
  }

  @Test func theTableIsTheFiguresTwin() {
    let table = FigureTable(
      ["epoch", "name", "loss"],
      rows: [
        [.integer(1), .text("a"), .number(0.123456789)], [.integer(10), .missing, .number(2e-9)],
      ])
    #expect(
      table.text() == """
        epoch  name         loss
            1  a        0.123457
           10  –     2.00000e-09

        """)
    #expect(table.json["rows"]?.elements?[0].elements?[2].doubleValue == 0.123456789)
    #expect(table.json["rows"]?.elements?[1].elements?[1] == .null)
  }
}

struct ContourTests {
  @Test func theContourOfACircleIsACircle() {
    let count = 81
    let values = (0..<count * count).map { index in
      let x = Double(index % count) / 40 - 1
      let y = Double(index / count) / 40 - 1
      return x * x + y * y
    }
    let points = Contours.lines(
      of: values, columns: count, rows: count, level: 0.25, x: -1...1, y: -1...1)
    #expect(points.count > 100)
    #expect(points.allSatisfy { abs($0.length - 0.5) < 1e-3 })
    #expect(points.first == points.last, "one closed line")
  }

  @Test func saddlesAndGapsAreKept() {
    let saddle = Contours.lines(
      of: [1, 0, 0, 1], columns: 2, rows: 2, level: 0.4, x: 0...1, y: 0...1)
    #expect(saddle.count { $0.isFinite } == 4)
    #expect(
      Contours.lines(of: [1, .nan, 0, 1], columns: 2, rows: 2, level: 0.5, x: 0...1, y: 0...1)
        .isEmpty)
    #expect(Contours.lines(of: [1], columns: 1, rows: 1, level: 0.5, x: 0...1, y: 0...1).isEmpty)
  }
}
