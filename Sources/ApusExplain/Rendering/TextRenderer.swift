/// An explanation as text of 80 columns.
struct TextRenderer {
  let explanation: Explanation
  let style: NumberStyle
  private let batch: BatchWording?
  private var page = TextLines()
  /// Columns of a batch's rows that fit beside a name and the batch itself.
  private static let rowColumns = 4
  private static let valueColumn = 58
  private static let gradientColumn = 50

  init(_ explanation: Explanation, style: NumberStyle) {
    self.explanation = explanation
    self.style = style
    batch = explanation.batch.map { BatchWording($0, columns: Self.rowColumns, style) }
  }

  static func text(
    _ explanation: Explanation, sections: [ExplanationSection], style: NumberStyle
  ) -> String {
    var renderer = TextRenderer(explanation, style: style)
    for section in sections { renderer.add(section) }
    return renderer.page.text
  }

  private mutating func add(_ section: ExplanationSection) {
    switch section {
    case .header: addHeader()
    case .shapes: addShapes()
    case .forward: addForward()
    case .loss: addLoss()
    case .backward: addBackward()
    case .rows: addRows()
    case .parameters: addParameters()
    case .step: addStep()
    case .remarks: addRemarks()
    }
  }

  private mutating func addHeader() {
    let header = explanation.header
    let title = header.title + (header.example.map { ", \($0)" } ?? "")
    page.heading(title, header.origin.map { "numbers: \($0.rawValue)" } ?? "")
    func fact(_ name: String, _ text: String) {
      page.wrapped(text, first: "  " + name.padded(to: 11), indent: 13)
    }
    if header.summary != header.title {
      fact(header.equations.isEmpty && header.loss == nil ? "formula" : "network", header.summary)
    }
    for (index, equation) in header.equations.enumerated() {
      fact(index == 0 ? "layers" : "", equation)
    }
    if let loss = header.loss { fact("loss", loss) }
    let seed = header.seed.map { ", seed \($0)" } ?? ""
    fact("notation", header.notation + ", " + header.precision + seed)
    for note in header.notes { fact("note", note) }
  }

  private mutating func addShapes() {
    if explanation.shapes.isEmpty { return }
    page.heading("SHAPES", "count")
    let symbols = column(explanation.shapes.map(\.symbol), most: 24)
    let shapes = column(explanation.shapes.map(shapeText), most: 24)
    for entry in explanation.shapes {
      let left =
        "  " + entry.symbol.padded(to: symbols) + "  " + shapeText(entry).padded(to: shapes) + "  "
      let count = "\(entry.count)"
      let room = TextLines.width - left.count - 7
      page.add(left + String(entry.meaning.prefix(room)).padded(to: room) + count.aligned(right: 7))
    }
    let parameters = explanation.shapes.filter { $0.role == .parameter }
    if !parameters.isEmpty {
      let parts = parameters.map { "\($0.count)" }.joined(separator: " + ")
      let total = parameters.reduce(0) { $0 + $1.count }
      page.add(
        "  parameters: \(total)" + (parameters.count > 1 ? " = \(parts)" : ""))
    }
  }

  private func shapeText(_ entry: ShapeEntry) -> String {
    entry.shape.isEmpty
      ? "number"
      : entry.symbolicShape == "\(entry.shape)"
        ? entry.symbolicShape : "\(entry.symbolicShape) = \(entry.shape)"
  }

  private func column(_ texts: [String], most: Int) -> Int {
    min(texts.map(\.count).max() ?? 0, most)
  }

  // MARK: Rows

  private mutating func addForward() {
    page.heading("FORWARD", "value")
    for given in explanation.batch?.given ?? [] {
      page.add("  " + given.quantity.name + " " + given.value.shape.description + ", given")
      addMatrix(given.value, nil, given.quantity.role)
    }
    for row in explanation.forward where !row.isLoss { add(row) }
  }

  private mutating func add(_ row: ForwardRow) {
    let label = numberText(row.number) + "  "
    let symbolic = style.symbolic(row.formula)
    let numeric = style.numeric(row.formula)
    var parts = [row.quantity.name + " = " + symbolic]
    let brief = batch?.brief(row.value, row.quantity.role) ?? style.brief(row.value)
    let fits = Self.valueColumn + 2 + brief.count <= TextLines.width
    let value = fits ? brief : style.normed(row.value)
    if numeric != symbolic, numeric != value, batch == nil || row.value.scalar != nil {
      parts.append("= " + numeric)
    }
    addRow(label, parts, "= " + value, column: Self.valueColumn, note: row.note)
    addMatrix(row.value, nil, row.quantity.role)
  }

  /// Of a batch, the numbers of each example on a line of its own, beside them those by differences.
  private mutating func addMatrix(
    _ value: Numbers, _ estimates: Numbers?, _ role: QuantityRole
  ) {
    let lines = aligned(batch?.matrix(value, role) ?? [])
    let others = estimates.map {
      aligned((batch?.matrix($0, role) ?? []).map { [""] + $0.dropFirst() })
    }
    let width = lines.map(\.count).max() ?? 0
    for (index, line) in lines.enumerated() {
      let other = others?[index] ?? ""
      let joined = other.isEmpty ? line : line.padded(to: width) + "  ≈" + other
      if joined.count <= TextLines.width || other.isEmpty {
        page.add(joined)
      } else {
        page.add(line)
        page.add(String(repeating: " ", count: 9) + "≈" + other)
      }
    }
  }

  private func aligned(_ lines: [[String]]) -> [String] {
    let columns = lines.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return lines.map { line in
      let cells = zip(line.dropFirst(), widths.dropFirst()).map { "  " + $0.aligned(right: $1) }
      return (widths[0] > 0 ? "     " : "") + line[0].padded(to: widths[0]) + cells.joined()
    }
  }

  private mutating func addRow(
    _ label: String, _ parts: [String], _ right: String, column: Int, note: String?
  ) {
    let fits = note.map { column + right.count + 2 + $0.count <= TextLines.width } ?? false
    page.row(label, parts, right + (fits ? "  \(note ?? "")" : ""), column: column)
    if let note, !fits { page.wrapped(note, first: "      ↳ ", indent: 8) }
  }

  private func numberText(_ number: Int) -> String { "\(number)".aligned(right: 3) }

  private mutating func addLoss() {
    let rows = explanation.forward.filter { $0.isLoss }
    guard let loss = explanation.loss else { return }
    page.heading("LOSS", "value")
    for row in rows { add(row) }
    if !loss.reduction.isEmpty { page.wrapped(loss.reduction, first: "     ", indent: 5) }
  }

  private mutating func addBackward() {
    if explanation.backward.isEmpty { return }
    page.heading("BACKWARD   upstream × local derivative", "gradient   by differences")
    if batch != nil { page.add("  of a matrix each row; behind ≈ the same by differences") }
    let wording = BackwardWording(explanation, style)
    // Of one number every summand; of many they would bury the rows.
    let lists = explanation.backward.filter { !wording.summands($0).isEmpty }.count <= 2
    for row in explanation.backward {
      add(row, wording)
      if lists { for line in wording.summands(row) { page.add("        " + line) } }
      if let estimates = row.estimates { addMatrix(row.gradient, estimates, row.quantity.role) }
    }
  }

  private mutating func add(_ row: BackwardRow, _ wording: BackwardWording) {
    let right =
      "= " + wording.value(row).padded(to: 14) + " " + style.text(row.estimate.value)
    let numeric = wording.numeric(row)
    addRow(
      numberText(row.number) + "  ",
      [wording.name(row) + " = " + wording.symbolic(row)]
        + (numeric.isEmpty ? [] : ["= " + numeric]),
      // That a row of 0 makes the next one 0 shows in the row itself.
      right, column: Self.gradientColumn,
      note: row.note?.hasPrefix("0: row ") == true ? nil : row.note)
  }

  // MARK: Tables

  private mutating func addRows() {
    guard let batch else { return }
    page.heading("ROWS")
    page.wrapped(batch.heading + "; below each by differences", first: "  ", indent: 2)
    let names = batch.batch.groups.flatMap { $0.entries.map(\.name) } + ["by differences"]
    let width = min(column(names, most: 16) + 2, 18)
    let room = (TextLines.width - width - 2) / (Self.rowColumns + 1)
    func line(_ name: String, _ cells: [String]) {
      page.add("  " + name.padded(to: width) + cells.map { $0.aligned(right: room) }.joined())
    }
    line("", batch.columns)
    line("loss", batch.losses)
    for group in batch.batch.groups {
      let count = group.shape.reduce(1, *)
      if count > 1 {
        let shown = group.entries.count < count ? ", \(group.entries.count) of \(count)" : ""
        page.add("  \(group.name) \(group.shape)\(shown)")
      }
      for entry in group.entries {
        let cells = batch.cells(entry)
        line(entry.name, cells.gradient)
        line("  by differences", cells.estimate)
      }
    }
  }

  private mutating func addParameters() {
    if explanation.parameters.isEmpty { return }
    page.heading("PARAMETERS")
    let names = explanation.parameters.flatMap { [$0.name] + $0.entries.map(\.name) }
    let width = min(max(column(names, most: 20), 4), 20)
    let rest = (TextLines.width - width - 2 - 8) / 5
    func line(_ cells: [String]) {
      var text = "  " + cells[0].padded(to: width)
      for (index, cell) in cells.dropFirst().enumerated() {
        text += cell.aligned(right: index == 3 ? 8 : rest)
      }
      page.add(text)
    }
    line(["", "value", "gradient", "numeric", "error", "lr·grad", "new"])
    for group in explanation.parameters {
      if group.shape != [] || explanation.parameters.count > 1 && group.count > 1 {
        let shown =
          group.entries.count < group.count
          ? ", \(group.entries.count) of \(group.count)" : ""
        page.add(
          "  \(group.name) \(group.shape), ‖gradient‖ \(style.text(group.gradientNorm)), "
            + "numeric \(style.text(group.normEstimate))" + shown)
      }
      for entry in group.entries {
        line([
          entry.name, style.text(entry.value), style.text(entry.gradient),
          style.text(entry.estimate), style.brief(entry.error), style.text(entry.change),
          style.text(entry.newValue),
        ])
      }
    }
  }

  private mutating func addStep() {
    guard let step = explanation.step else { return }
    page.heading("AFTER ONE STEP", "predicted = before − lr·‖gradient‖²")
    page.add(
      "  before \(style.text(step.before)), ‖gradient‖² = \(style.text(step.squaredNorm))")
    for trial in step.trials {
      let verdict =
        trial.held
        ? "the approximation held"
        : trial.actual.isFinite ? "too long a step for it" : "not a finite number"
      page.add(
        "  lr " + style.text(trial.learningRate).cell(9) + "predicted "
          + style.text(trial.predicted).cell(13) + "actual "
          + style.text(trial.actual).cell(13) + verdict)
    }
  }

  private mutating func addRemarks() {
    if explanation.remarks.isEmpty { return }
    page.heading("REMARKS")
    for remark in explanation.remarks { page.wrapped(remark.text, first: "  • ", indent: 4) }
  }
}

extension Explanation {
  /// The explanation as text of 80 columns.
  public func text(
    sections: [ExplanationSection] = ExplanationSection.allCases, style: NumberStyle = NumberStyle()
  ) -> String {
    TextRenderer.text(self, sections: sections, style: style)
  }
}
