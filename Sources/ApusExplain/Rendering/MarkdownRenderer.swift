/// An explanation as Markdown: headings and tables.
struct MarkdownRenderer {
  let explanation: Explanation
  let style: NumberStyle
  private let batch: BatchWording?
  private var lines: [String] = []

  static func text(
    _ explanation: Explanation, sections: [ExplanationSection], style: NumberStyle
  ) -> String {
    var renderer = MarkdownRenderer(explanation: explanation, style: style)
    for section in sections { renderer.add(section) }
    return renderer.lines.joined(separator: "\n") + "\n"
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

  private mutating func heading(_ text: String, level: Int = 2) {
    if !lines.isEmpty { lines.append("") }
    lines += [String(repeating: "#", count: level) + " " + Self.escaped(text), ""]
  }

  private mutating func table(_ header: [String], _ rows: [[String]], right: Set<Int>) {
    lines.append("| " + header.joined(separator: " | ") + " |")
    lines.append(
      "|" + header.indices.map { right.contains($0) ? "---:|" : "---|" }.joined())
    for row in rows { lines.append("| " + row.joined(separator: " | ") + " |") }
  }

  /// Signs that Markdown or a table would read as its own.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "|*_[]<>`\\#".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  private mutating func addHeader() {
    let header = explanation.header
    heading(header.title + (header.example.map { ", \($0)" } ?? ""), level: 1)
    var facts =
      [(header.equations.isEmpty && header.loss == nil ? "formula" : "network", header.summary)]
      + header.equations.map { ("layer", $0) }
    if let loss = header.loss { facts.append(("loss", loss)) }
    let seed = header.seed.map { ", seed \($0)" } ?? ""
    facts.append(("notation", "\(header.notation), \(header.precision)\(seed)"))
    if let origin = header.origin { facts.append(("numbers", origin.rawValue)) }
    facts += header.notes.map { ("note", $0) }
    for (name, text) in facts { lines.append("- **\(name)**: \(Self.escaped(text))") }
  }

  private mutating func addShapes() {
    if explanation.shapes.isEmpty { return }
    heading("Shapes")
    table(
      ["symbol", "meaning", "role", "shape", "count"],
      explanation.shapes.map { entry in
        let shape = entry.shape.isEmpty ? "number" : "\(entry.symbolicShape) = \(entry.shape)"
        return [
          Self.escaped(entry.symbol), Self.escaped(entry.meaning), entry.role.rawValue,
          Self.escaped(
            entry.symbolicShape == "\(entry.shape)" && !entry.shape.isEmpty
              ? entry.symbolicShape : shape), "\(entry.count)",
        ]
      }, right: [4])
  }

  private mutating func addForward(_ title: String, _ rows: [ForwardRow]) {
    if rows.isEmpty { return }
    heading(title)
    if title == "Forward" { addGiven() }
    table(
      ["row", "quantity", "formula", "with numbers", "value", "note"],
      rows.map { row in
        [
          "\(row.number)", Self.escaped(row.quantity.name),
          Self.escaped(style.symbolic(row.formula)),
          batch == nil || row.value.scalar != nil ? Self.escaped(style.numeric(row.formula)) : "",
          value(row.value, row.quantity.role), Self.escaped(row.note ?? ""),
        ]
      }, right: [0, 4])
  }

  /// A number, or of a batch a line for each example.
  private func value(_ value: Numbers, _ role: QuantityRole) -> String {
    let lines = batch?.matrix(value, role) ?? []
    guard !lines.isEmpty else { return Self.escaped(style.brief(value)) }
    return lines.map { line in
      Self.escaped(
        line[0] + (line.count > 1 ? ": " : "") + line.dropFirst().joined(separator: ", "))
    }.joined(separator: "<br>")
  }

  private mutating func addGiven() {
    guard let given = batch?.batch.given, !given.isEmpty else { return }
    table(
      ["given", "shape", "value"],
      given.map {
        [
          Self.escaped($0.quantity.name), Self.escaped("\($0.value.shape)"),
          value($0.value, $0.quantity.role),
        ]
      }, right: [2])
    lines.append("")
  }

  private mutating func addRows() {
    guard let batch else { return }
    heading("Rows")
    lines += [batch.heading.prefix(1).uppercased() + batch.heading.dropFirst() + ".", ""]
    var rows = [["loss", ""] + batch.losses]
    for group in batch.batch.groups {
      for entry in group.entries {
        let cells = batch.cells(entry)
        rows.append([Self.escaped(entry.name), "chain rule"] + cells.gradient)
        rows.append(["", "by differences"] + cells.estimate)
      }
    }
    let header = ["parameter", ""] + batch.columns
    table(header, rows, right: Set(2..<header.count))
  }

  private mutating func addLoss() {
    guard let loss = explanation.loss else { return }
    addForward("Loss", explanation.forward.filter(\.isLoss))
    if !loss.reduction.isEmpty { lines += ["", Self.escaped(loss.reduction)] }
  }

  private mutating func addBackward() {
    if explanation.backward.isEmpty { return }
    heading("Backward")
    let wording = BackwardWording(explanation, style)
    table(
      [
        "row", "gradient of", "upstream × local", "with numbers", "gradient", "by differences",
        "note",
      ],
      explanation.backward.map { row in
        [
          "\(row.number)", Self.escaped(wording.name(row)), Self.escaped(wording.symbolic(row)),
          Self.escaped(wording.numeric(row)),
          row.estimates == nil
            ? Self.escaped(wording.value(row)) : value(row.gradient, row.quantity.role),
          row.estimates.map { value($0, row.quantity.role) } ?? style.text(row.estimate.value),
          Self.escaped(row.note ?? ""),
        ]
      }, right: [0, 4, 5])
  }

  private mutating func addParameters() {
    if explanation.parameters.isEmpty { return }
    heading("Parameters")
    var rows: [[String]] = []
    for group in explanation.parameters {
      if group.count > 1 {
        rows.append([
          "**\(Self.escaped("\(group.name) \(group.shape)"))**, norm", "",
          style.text(group.gradientNorm), style.text(group.normEstimate), "", "", "",
        ])
      }
      rows += group.entries.map { entry in
        [
          Self.escaped(entry.name), style.text(entry.value), style.text(entry.gradient),
          style.text(entry.estimate), style.brief(entry.error), style.text(entry.change),
          style.text(entry.newValue),
        ]
      }
    }
    table(
      ["parameter", "value", "gradient", "by differences", "error", "lr·gradient", "new"], rows,
      right: [1, 2, 3, 4, 5, 6])
  }

  private mutating func addStep() {
    guard let step = explanation.step else { return }
    heading("After one step")
    lines += [
      "Before: \(style.text(step.before)); ‖gradient‖² = \(style.text(step.squaredNorm)).", "",
    ]
    table(
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
    heading("Remarks")
    for remark in explanation.remarks { lines.append("- " + Self.escaped(remark.text)) }
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
