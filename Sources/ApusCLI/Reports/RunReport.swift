internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// A run as one Markdown document in the order of a notebook, with its pictures beside it
/// (LESSONS 004·19). It reads what the run has left and the data, and no clock, so that a run has
/// one report.
struct RunReport {
  /// `curves` → `curves.svg`, in the order of the document.
  private(set) var pictures: [(name: String, picture: Picture)] = []
  private var page = MarkdownPage()

  private let record: RunRecord
  /// As one types it.
  private let data: (text: String, folder: String?)?
  private let network: Result<Network, any Error>
  private let rows: Result<LoadedData, any Error>
  /// Of the pictures, seen from the document.
  private let pictureFolder: String

  var text: String { page.text }

  /// - Parameters:
  ///   - data: what to look at the model with; nil for the run's own.
  ///   - pictureFolder: its name beside the document.
  init(
    of record: RunRecord, data given: (text: String, folder: String?)?, pictureFolder: String
  ) throws {
    self.record = record
    self.pictureFolder = pictureFolder
    let data = given ?? record.data
    self.data = data
    let network = Result { try record.network() }
    self.network = network
    rows = Result {
      guard let data else { throw UsageError.missing("DATA") }
      return try network.get().load(data.text, folder: data.folder, targets: .required)
    }
    // Whoever names data wants them looked at, or to hear why not.
    if given != nil, case .success = network { _ = try rows.get() }
    try write()
  }

  private mutating func write() throws {
    page.heading(
      "Training on \(record.settings["dataset"]?.stringValue ?? "unknown data")", level: 1)
    try writeOrigin()
    page.heading("Curves")
    try picture("curves") { try TrainingCurves(run: $0.record.folder.path).figure() }
    try writeResults()
    try writeMistakes()
    page.heading("Weights")
    try picture("weights") { report in
      // As many rows as apus plot takes by itself.
      try report.rows.get().dataset.imageShape == nil
        ? HistogramsPlot.figure(of: report.loaded(limit: 128))
        : WeightsPlot.figure(of: report.loaded(limit: 256))
    }
    page.heading("Gradient flow")
    try picture("gradient-flow") { try GradientHistory(run: $0.record.folder.path).figure }
    try writeHealth()
    writeUse()
  }

  /// The rows that nobody trained on, where there are some.
  private func loaded(limit: Int = .max) throws -> ModelOptions.Loaded {
    try ModelOptions.Loaded(try network.get(), try rows.get(), limit: limit)
  }

  // MARK: Sections

  private mutating func writeOrigin() throws {
    page.heading("What was trained")
    if let command = record.command {
      page.add("This command made the run:\n")
      code(command, language: "sh")
      if record.commandNeedsNewPlace {
        page.add("\nTo run it again, name another place or add `--force`.")
      }
    } else {
      page.add("The run does not say which command made it.")
    }
    page.add("")
    page.table(["", ""], facts.map { [$0, MarkdownPage.escaped(printable($1, limit: 300))] })
    page.heading("The network", level: 3)
    try attempt { report in
      let summary = try report.network.get().summary()
      report.code(summary.description, language: "text")
    }
  }

  /// Only what the run says.
  private var facts: [(String, String)] {
    let settings = record.settings
    func text(_ key: String) -> String? {
      settings[key].flatMap { value in
        value == .null ? nil : value.stringValue ?? value.text()
      }
    }
    let loss = text("loss").map { name in
      name + (text("loss_reduction").map { ", the \($0)" } ?? "")
    }
    let optimizer = text("optimizer").map { name in
      name + (text("learning_rate").map { ", learning rate \($0)" } ?? "")
        + (text("schedule").map { " (\($0))" } ?? "")
    }
    let split = text("test_split").map { test in
      "\(text("validation_split") ?? "0") of the rows for validation, \(test) for the test"
    }
    let done = record.result?["epochs"]?.intValue
    let epochs = text("epochs").map { asked in done.map { "\($0) of \(asked)" } ?? asked }
    let stopped = record.result?["stopped"]?.stringValue
    let facts: [(String, String?)] = [
      ("date (UTC)", text("date") ?? "not recorded"), ("data set", text("dataset")),
      ("rows", rowCounts), ("split", split), ("fingerprint of the data", text("data_fingerprint")),
      ("loss", loss), ("optimizer", optimizer), ("batch size", text("batch_size")),
      ("epochs", epochs), ("ended early", stopped), ("seed", text("seed")),
      ("engine", text("engine")), ("numbers", text("precision")),
      ("made by", text("apus").map { "apus \($0)" }),
    ]
    return facts.compactMap { name, value in value.map { (name, $0) } }
  }

  /// `1,437 for training, 360 for the test`
  private var rowCounts: String? {
    let all = record.settings["rows"]?.intValue.map { NumberFormat.grouped($0) }
    let parts = [("train", "training"), ("validation", "validation"), ("test", "the test")]
      .compactMap { key, words -> String? in
        guard let count = rowCount(key), count > 0 else { return nil }
        return "\(NumberFormat.grouped(count)) for \(words)"
      }
    return parts.isEmpty ? all : parts.joined(separator: ", ")
  }

  private func rowCount(_ part: String) -> Int? { record.result?["rows"]?[part]?.intValue }

  private mutating func writeResults() throws {
    page.heading("Results")
    guard let result = record.result else {
      return page.add("The run has no result: it has not ended, or it broke off.")
    }
    let parts = ["train", "validation", "test"].compactMap { part in
      result[part].flatMap { $0.members == nil ? nil : (part, Scores(json: $0)) }
    }
    let names = parts.first?.1.names ?? []
    let data = MarkdownPage.escaped(result["dataset"]?.stringValue ?? "the data")
    page.table(
      ["measured on"] + names,
      parts.map { part, scores in
        let count = rowCount(part).map { "\(NumberFormat.grouped($0)) " } ?? ""
        return ["the \(count)\(part == "train" ? "training" : part) rows of \(data)"]
          + names.map { scores[$0].map { NumberFormat.significant($0, digits: 4) } ?? "" }
      }, right: Set(1..<max(names.count + 1, 2)))
    if let reduction = result["loss_reduction"]?.stringValue {
      page.add("\nThe loss is the \(MarkdownPage.escaped(reduction)).")
    }
    if result["test"]?.members == nil { page.add("\nNo rows were held out for a test.") }
  }

  private mutating func writeMistakes() throws {
    page.heading("Mistakes")
    if let task = try? rows.get().dataset.task, !task.isClassification {
      return page.add("The task is \(task.kind); right and wrong are of classes.")
    }
    let isThere = try picture("confusion") { report in
      let loaded = try report.loaded()
      return try ConfusionFigure(
        loaded.network, on: loaded.rows, subtitle: try loaded.subtitle()
      ).figure
    }
    guard isThere else { return }
    page.heading("The surest mistakes", level: 3)
    try picture("mistakes") { report in
      let loaded = try report.loaded()
      return try PredictionGallery(
        loaded.network, on: loaded.rows, showing: .mistakes, subtitle: try loaded.subtitle()
      ).figure
    }
  }

  private mutating func writeHealth() throws {
    page.heading("Health")
    try attempt { report in
      let diagnosis = Diagnosis(of: try HealthFacts(run: report.record.folder.path))
      let isHealthy = diagnosis.problems.isEmpty
      if isHealthy { report.page.add("\(diagnosis.lines[0])") }
      if isHealthy, !diagnosis.findings.isEmpty { report.page.add("") }
      for line in isHealthy ? Array(diagnosis.lines.dropFirst()) : diagnosis.lines {
        report.page.add("- " + MarkdownPage.escaped(line))
      }
    }
  }

  private mutating func writeUse() {
    page.heading("How to use the model")
    guard case .success = network else { return page.add("There is no model to use.") }
    let model = shellQuoted(record.modelPath)
    let name = data.map { shellQuoted($0.text) } ?? "DATA"
    let folder = data?.folder.map { " --data " + shellQuoted($0) } ?? ""
    let hasClasses = (try? rows.get().dataset.task.isClassification) ?? false
    let words = [
      "predict \(model) \(name)", "evaluate \(model) \(name)", "explain \(model) \(name) --row 1",
    ]
    let commands =
      words + (hasClasses ? ["plot confusion \(model) \(name) --mistakes --table"] : [])
    code(commands.map { "apus \($0)\(folder)" }.joined(separator: "\n"), language: "sh")
  }

  // MARK: Parts of a page

  /// Longer than any run of backquotes in the text, so that no text can end it.
  private mutating func code(_ text: String, language: String) {
    let longest = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    page.add(fence + language + "\n" + text + (text.hasSuffix("\n") ? "" : "\n") + fence)
  }

  /// What cannot be made says why in one sentence, and the report goes on.
  @discardableResult
  private mutating func attempt(_ make: (inout RunReport) throws -> Void) throws -> Bool {
    do {
      try make(&self)
      return true
    } catch let error as any DiagnosableError {
      let line = error.description.split(separator: "\n").joined(separator: " ")
      page.add("Not here: " + MarkdownPage.escaped(line) + (line.hasSuffix(".") ? "" : "."))
      return false
    }
  }

  @discardableResult
  private mutating func picture(
    _ name: String, _ make: (RunReport) throws -> Figure
  ) throws -> Bool {
    try attempt { report in
      let figure = try make(report)
      report.pictures.append((name, figure.picture))
      let title = MarkdownPage.escaped(figure.title)
      report.page.add("![\(title)](\(Self.linked(report.pictureFolder))/\(name).svg)\n")
      report.page.add(MarkdownPage.escaped(figure.caption))
    }
  }

  /// As a link holds a name (RFC 3986, 2.1).
  private static func linked(_ name: String) -> String {
    name.utf8.map { byte in
      let letter = Character(Unicode.Scalar(byte))
      let isPlain = byte < 0x80 && (letter.isLetter || letter.isNumber || "-._~".contains(letter))
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(letter) : "%" + (byte < 16 ? "0" : "") + digits
    }.joined()
  }
}
