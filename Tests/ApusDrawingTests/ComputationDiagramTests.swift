import ApusDrawing
import Testing

struct ComputationDiagramTests {
  /// x² + 1 with one node of each kind.
  private var sample: ComputationDiagram {
    var diagram = ComputationDiagram()
    let square = diagram.add(.init(.operation, ["x²"], isCurrent: true))
    let add = diagram.add(.init(.operation, ["+"]))
    let layer = diagram.add(.init(.layer, ["dense_1", "23,550 parameters"]))
    let x = diagram.add(.init(.input, ["x = 3"], gradient: ["∂ 6"]))
    let w = diagram.add(.init(.parameter, ["w = 2"], gradient: ["∂ 0.5"]))
    let one = diagram.add(.init(.constant, ["1"]))
    let v = diagram.add(.init(.quantity, ["v1 = 9"], gradient: ["∂ 1", "= 0.5 + 0.5"]))
    let y = diagram.add(.init(.result, ["y \"=\" 10"], gradient: ["∂ 1"]))
    for (from, to) in [(x, square), (square, v), (v, add), (v, layer), (w, layer), (one, add)] {
      diagram.connect(from, to)
    }
    diagram.connect(add, y)
    diagram.connect(layer, y)
    return diagram
  }

  private func picture(_ diagram: ComputationDiagram) throws -> Picture {
    let (marks, size) = try diagram.laidOut()
    return Picture(size: size, title: "x² + 1", description: "", marks: marks)
  }

  @Test(.enabled(if: Drawing.graphvizVersion != nil)) func nothingOverlaps() throws {
    let picture = try picture(sample)
    #expect(picture.layoutMistakes == [])
    let texts = picture.labels.map(\.text)
    for text in ["x²", "v1 = 9", "∂ 6", "= 0.5 + 0.5", "input (round)", "constant (dashed)"] {
      #expect(texts.contains(text), "\(text)")
    }
  }

  /// Maps stand below the lines that they belong to and cover no other text.
  @Test(.enabled(if: Drawing.graphvizVersion != nil)) func mapsCoverNoText() throws {
    var diagram = ComputationDiagram()
    var given = ComputationDiagram.Node(.input, ["x [1, 784]", "0 … 1"], gradient: ["∂ norm 2"])
    given.map = HeatMap((0..<784).map(Double.init), shape: [784])
    given.gradientMap = HeatMap((0..<784).map { -Double($0) }, shape: [784])
    var between = given
    between.kind = .quantity
    let (x, layer, h) = (
      diagram.add(given), diagram.add(.init(.layer, ["dense_1"])), diagram.add(between)
    )
    let factor = diagram.add(.init(.factor, ["×0.25"]))
    let (square, y) = (
      diagram.add(.init(.operation, ["x²"])), diagram.add(.init(.result, ["y = 1"]))
    )
    for (from, to) in [(x, layer), (layer, h), (h, factor), (factor, square), (square, y)] {
      diagram.connect(from, to)
    }
    let picture = try picture(diagram)
    #expect(picture.layoutMistakes == [])
    let maps = picture.marks.compactMap { mark -> Rect? in
      if case .cells(let cells) = mark { cells.frame } else { nil }
    }
    // Four, and the sample of the legend.
    #expect(maps.count == 5)
    for (index, map) in maps.enumerated() {
      #expect(Rect(picture.size).contains(map))
      #expect(!picture.labels.contains { $0.box.inset(by: 1).overlaps(map) })
      #expect(!maps[(index + 1)...].contains { $0.overlaps(map) })
    }
  }

  /// Graphviz puts parts that do not touch in any order; people read from the top.
  @Test(.enabled(if: Drawing.graphvizVersion != nil)) func givenValuesReadFromTheTop() throws {
    var diagram = ComputationDiagram()
    for index in 1...3 {
      let x = diagram.add(.init(.input, ["x\(index)"]))
      let operation = diagram.add(.init(.operation, ["f"]))
      let y = diagram.add(.init(.result, ["y\(index)"]))
      diagram.connect(x, operation)
      diagram.connect(operation, y)
    }
    let labels = try picture(diagram).labels
    let heights = ["x1", "x2", "x3"].map { name in
      labels.first { $0.text == name }?.point.y ?? .nan
    }
    #expect(heights == heights.sorted() && Set(heights).count == 3)
  }

  @Test(.enabled(if: Drawing.graphvizVersion != nil)) func equalGraphsGiveEqualBytes() throws {
    let first = try picture(sample).svg(theme: .light)
    _ = try picture(ComputationDiagramTests.chain(40))
    #expect(try picture(sample).svg(theme: .light) == first)
  }

  /// Graphviz keeps state in globals: without the lock this crashes.
  @Test(.enabled(if: Drawing.graphvizVersion != nil)) func threadsDoNotDisturbEachOther()
    async throws
  {
    let expected = try picture(sample).svg()
    let found = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 { group.addTask { try picture(sample).svg() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(found == Array(repeating: expected, count: 8))
  }

  private static func chain(_ count: Int) -> ComputationDiagram {
    var diagram = ComputationDiagram()
    var last = diagram.add(.init(.input, ["x"]))
    for index in 1...count {
      let next = diagram.add(.init(.operation, ["f\(index)"]))
      diagram.connect(last, next)
      last = next
    }
    return diagram
  }

  @Test func whatCannotBeDrawnIsRefused() {
    #expect(throws: DrawingError.self) { try ComputationDiagram().laidOut() }
    #expect {
      try Self.chain(2_000).laidOut()
    } throws: { error in
      "\(error)".contains("at most 2000 nodes")
    }
  }

  @Test func quantitiesAreLabelsOfArrowsInDOT() {
    let dot = sample.dot(title: "a \"title\"")
    #expect(dot.hasPrefix("digraph \"a \\\"title\\\"\" {\n"))
    #expect(dot.contains("n0 -> n1 [label=\"v1 = 9\\n∂ 1\\n= 0.5 + 0.5\"];"))
    #expect(dot.contains("n7 [shape=box, peripheries=2, label=\"y \\\"=\\\" 10\\n∂ 1\"];"))
    #expect(!dot.contains("n6 "))
  }

  /// For narrow terminals: every node's texts, an operation behind those that it reads.
  @Test func theOutlineTellsEveryNumber() {
    let lines = sample.outline
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(
      lines.dropFirst(2) == [
        " 1▶ x² → v1 = 9                                 ∂ 1 = 0.5 + 0.5",
        "      (x = 3)                                   ∂ 6",
        " 2  + → y \"=\" 10                                ∂ 1", "      v1 of 1", "      {1}",
        " 3  dense_1 23,550 parameters → y \"=\" 10        ∂ 1", "      v1 of 1",
        "      [w = 2]                                   ∂ 0.5",
      ])
  }

  @Test(.enabled(if: Drawing.graphvizVersion != nil)) func wideFiguresAreOutlinedInTerminals()
    throws
  {
    let diagram = Self.chain(40)
    let (marks, size) = try diagram.laidOut()
    let figure = Figure(
      title: "a chain", subtitle: "", caption: "", size: size, marks: marks,
      table: FigureTable([], rows: []), outline: diagram.outline)
    #expect(figure.terminalText(columns: 80).contains("40  f40"))
    var narrow = figure
    narrow.size = Size(400, 100)
    #expect(!narrow.terminalText(columns: 80).contains("40  f40"))
  }
}
