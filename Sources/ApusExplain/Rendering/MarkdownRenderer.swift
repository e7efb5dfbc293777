/// An explanation as Markdown: headings and tables.
struct MarkdownRenderer {
  let explanation: Explanation
  let style: NumberStyle
  private let batch: BatchWording?
  private var page = MarkdownPage()

  static func text(
    _ explanation: Explanation, sections: [ExplanationSection], style: NumberStyle
  ) -> String {
    var renderer = MarkdownRenderer(explanation: explanation, style: style)
    for section in sections { renderer.add(section) }
    return renderer.page.text
  }

  private init(explanation: Explanation, style: NumberStyle) {
    self.explanation = explanation
    self.style = style
    batch = explanation.batch.map { BatchWording($0, columns: 8, style) }
  }

  private mutating func add(_ section: ExplanationSection) {
    switch section {
    case .header: addHeader()
    case .shapes: addShapes()
    case .forward: addForward("Forward", explanation.forward.filter { !$0.isLoss })
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
    page.heading(header.title + (header.example.map { ", \($0)" } ?? ""), level: 1)
    var facts =
      [(header.equations.isEmpty && header.loss == nil ? "formula" : "network", header.summary)]
      + header.equations.map { ("layer", $0) }
    if let loss = header.loss { facts.append(("loss", loss)) }
    let seed = header.seed.map { ", seed \($0)" } ?? ""
    facts.append(("notation", "\(header.notation), \(header.precision)\(seed)"))
    if let origin = header.origin { facts.append(("numbers", origin.rawValue)) }
    facts += header.notes.map { ("note", $0) }
    for (name, text) in facts { page.add("- **\(name)**: \(MarkdownPage.escaped(text))") }
  }

  private mutating func addShapes() {
    if explanation.shapes.isEmpty { return }
    page.heading("Shapes")
    page.table(
      ["symbol", "meaning", "role", "shape", "count"],
      explanation.shapes.map { entry in
        let shape = entry.shape.isEmpty ? "number" : "\(entry.symbolicShape) = \(entry.shape)"
        return [
          MarkdownPage.escaped(entry.symbol), MarkdownPage.escaped(entry.meaning),
          entry.role.rawValue,
          MarkdownPage.escaped(
            entry.symbolicShape == "\(entry.shape)" && !entry.shape.isEmpty
              ? entry.symbolicShape : shape), "\(entry.count)",
        ]
      }, right: [4])
  }

  private mutating func addForward(_ title: String, _ rows: [ForwardRow]) {
    if rows.isEmpty { return }
    page.heading(title)
    if title == "Forward" { addGiven() }
    page.table(
      ["row", "quantity", "formula", "with numbers", "value", "note"],
      rows.map { row in
        [
          "\(row.number)", MarkdownPage.escaped(row.quantity.name),
          MarkdownPage.escaped(style.symbolic(row.formula)),
          batch == nil || row.value.scalar != nil
            ? MarkdownPage.escaped(style.numeric(row.formula)) : "",
          value(row.value, row.quantity.role), MarkdownPage.escaped(row.note ?? ""),
        ]
      }, right: [0, 4])
  }

  /// A number, or of a batch a line for each example.
  private func value(_ value: Numbers, _ role: QuantityRole) -> String {
    let lines = batch?.matrix(value, role) ?? []
    guard !lines.isEmpty else { return MarkdownPage.escaped(style.brief(value)) }
    return lines.map { line in
      MarkdownPage.escaped(
        line[0] + (line.count > 1 ? ": " : "") + line.dropFirst().joined(separator: ", "))
    }.joined(separator: "<br>")
  }

  private mutating func addGiven() {
    guard let given = batch?.batch.given, !given.isEmpty else { return }
    page.table(
      ["given", "shape", "value"],
      given.map {
        [
          MarkdownPage.escaped($0.quantity.name), MarkdownPage.escaped("\($0.value.shape)"),
          value($0.value, $0.quantity.role),
        ]
      }, right: [2])
    page.add("")
  }

  private mutating func addRows() {
    guard let batch else { return }
    page.heading("Rows")
    page.add(batch.heading.prefix(1).uppercased() + batch.heading.dropFirst() + ".\n")
    var rows = [["loss", ""] + batch.losses]
    for group in batch.batch.groups {
      for entry in group.entries {
        let cells = batch.cells(entry)
        rows.append([MarkdownPage.escaped(entry.name), "chain rule"] + cells.gradient)
        rows.append(["", "by differences"] + cells.estimate)
      }
    }
    let header = ["parameter", ""] + batch.columns
    page.table(header, rows, right: Set(2..<header.count))
  }

  private mutating func addLoss() {
    guard let loss = explanation.loss else { return }
    addForward("Loss", explanation.forward.filter(\.isLoss))
    if !loss.reduction.isEmpty { page.add("\n" + MarkdownPage.escaped(loss.reduction)) }
  }

  private mutating func addBackward() {
    if explanation.backward.isEmpty { return }
    page.heading("Backward")
    let wording = BackwardWording(explanation, style)
    page.table(
      [
        "row", "gradient of", "upstream × local", "with numbers", "gradient", "by differences",
        "note",
      ],
      explanation.backward.map { row in
        [
          "\(row.number)", MarkdownPage.escaped(wording.name(row)),
          MarkdownPage.escaped(wording.symbolic(row)),
          MarkdownPage.escaped(wording.numeric(row)),
          row.estimates == nil
            ? MarkdownPage.escaped(wording.value(row)) : value(row.gradient, row.quantity.role),
          row.estimates.map { value($0, row.quantity.role) } ?? style.text(row.estimate.value),
          MarkdownPage.escaped(row.note ?? ""),
        ]
      }, right: [0, 4, 5])
  }

  private mutating func addParameters() {
    if explanation.parameters.isEmpty { return }
    page.heading("Parameters")
    var rows: [[String]] = []
    for group in explanation.parameters {
      if group.count > 1 {
        rows.append([
          "**\(MarkdownPage.escaped("\(group.name) \(group.shape)"))**, norm", "",
          style.text(group.gradientNorm), style.text(group.normEstimate), "", "", "",
        ])
      }
      rows += group.entries.map { entry in
        [
          MarkdownPage.escaped(entry.name), style.text(entry.value), style.text(entry.gradient),
          style.text(entry.estimate), style.brief(entry.error), style.text(entry.change),
          style.text(entry.newValue),
        ]
      }
    }
    page.table(
      ["parameter", "value", "gradient", "by differences", "error", "lr·gradient", "new"], rows,
      right: [1, 2, 3, 4, 5, 6])
  }

  private mutating func addStep() {
    guard let step = explanation.step else { return }
    page.heading("After one step")
    page.add("Before: \(style.text(step.before)); ‖gradient‖² = \(style.text(step.squaredNorm)).\n")
    page.table(
      ["learning rate", "predicted", "actual", "the approximation held"],
      step.trials.map {
        [
          style.text($0.learningRate), style.text($0.predicted), style.text($0.actual),
          $0.held ? "yes" : "no",
        ]
      }, right: [0, 1, 2])
  }

  private mutating func addRemarks() {
    if explanation.remarks.isEmpty { return }
    page.heading("Remarks")
    for remark in explanation.remarks { page.add("- " + MarkdownPage.escaped(remark.text)) }
  }
}

extension Explanation {
  /// The explanation as Markdown with tables.
  public func markdown(
    sections: [ExplanationSection] = ExplanationSection.allCases, style: NumberStyle = NumberStyle()
  ) -> String {
    MarkdownRenderer.text(self, sections: sections, style: style)
  }
}
