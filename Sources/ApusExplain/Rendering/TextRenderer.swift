/// An explanation as text of 80 columns.
struct TextRenderer {
  let explanation: Explanation
  let style: NumberStyle
  private var page = TextLines()
  private static let valueColumn = 58
  private static let gradientColumn = 50

  init(_ explanation: Explanation, style: NumberStyle) {
    self.explanation = explanation
    self.style = style
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
    for row in explanation.forward where !row.isLoss { add(row) }
  }

  private mutating func add(_ row: ForwardRow) {
    let label = numberText(row.number) + "  "
    let symbolic = style.symbolic(row.formula)
    let numeric = style.numeric(row.formula)
    var parts = [row.quantity.name + " = " + symbolic]
    let value = style.brief(row.value)
    if numeric != symbolic, numeric != value { parts.append("= " + numeric) }
    addRow(label, parts, "= " + value, column: Self.valueColumn, note: row.note)
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
    let wording = BackwardWording(explanation, style)
    // Of one number every summand; of many they would bury the rows.
    let lists = explanation.backward.filter { !wording.summands($0).isEmpty }.count <= 2
    for row in explanation.backward {
      add(row, wording)
      if lists { for line in wording.summands(row) { page.add("        " + line) } }
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
