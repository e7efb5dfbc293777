import ApusGraph

/// A worked example of a lecture with its numbers, ready to be explained.
///
/// ```swift
/// let example = try Preset.named("deck004.example")
/// print(try example.explanation(row: 1).text())
/// ```
public struct Preset: Sendable {
  public let name: String
  /// What it is, in one line.
  public let summary: String
  public let origin: ExplanationHeader.Origin
  /// What is given, what is not.
  public let notes: [String]
  /// How many examples it has.
  public let rows: Int
  /// The notation of its deck; nil for an expression, whose names are its own.
  public let notation: Notation?
  public let learningRate: Double
  /// What the slide prints for row 1.
  public var slideNumbers: [SlideNumber] = []
  private let subject: @Sendable (_ rows: [Int], _ notation: Notation) throws -> Subject

  /// - Parameter subject: for rows from 1.
  package init(
    _ name: String, _ summary: String, origin: ExplanationHeader.Origin, notes: [String] = [],
    rows: Int = 1, notation: Notation, learningRate: Double = 0.1,
    subject: @escaping @Sendable (_ rows: [Int], _ notation: Notation) throws -> Subject
  ) {
    self.name = name
    self.summary = summary
    self.origin = origin
    self.notes = notes
    self.rows = rows
    self.notation = notation
    self.learningRate = learningRate
    self.subject = subject
  }

  /// An expression with its values.
  package init(
    _ name: String, _ summary: String, origin: ExplanationHeader.Origin, notes: [String] = [],
    learningRate: Double = 0.1, expression: String, at values: String, parameters: [String]? = nil
  ) {
    self.name = name
    self.summary = summary
    self.origin = origin
    self.notes = notes
    self.learningRate = learningRate
    rows = 1
    notation = nil
    subject = { _, _ in
      var subject = try Subject(Expression(expression, at: values, parameters: parameters))
      subject.header.notes = []
      return subject
    }
  }

  /// All of them, in the order of the decks.
  public static let all: [Preset] = [
    .deck000Sum, .deck000Layer, .deck000Neuron, .deck000Max, .deck000MaxLosing, .deck000MaxTie,
    .deck000TwoLayer, .deck001TwoLayer, .deck001MNIST, .deck002Neuron, .deck002Network,
    .deck003XOR, .deck003MNIST, .deck004Chain, .deck004Example,
  ]

  /// - Throws: an error that lists the names, with the nearest one.
  public static func named(_ name: String) throws -> Preset {
    guard let preset = all.first(where: { $0.name == name }) else {
      throw PresetError(
        "there is no preset \"\(name)\"."
          + (didYouMean(name, in: all.map(\.name)).map { " " + $0 } ?? "")
          + " The presets are " + all.map(\.name).joined(separator: ", ") + ".")
    }
    return preset
  }

  /// What is explained.
  ///
  /// - Parameters:
  ///   - rows: from 1; several are one batch.
  ///   - notation: nil for the preset's own.
  package func subject(rows: [Int] = [1], notation: Notation? = nil) throws -> Subject {
    try Subject.check(rows, of: self.rows, in: name)
    if let notation, self.notation == nil {
      throw PresetError(
        "\(name) is an expression and keeps its own names; --notation \(notation.rawValue) is for "
          + "networks")
    }
    var subject = try subject(rows, notation ?? self.notation ?? .words)
    subject.header.title = name
    subject.header.example = self.rows > 1 ? "\(Subject.words(rows)) of \(self.rows)" : nil
    subject.header.origin = origin
    if rows == [1] { subject.slideNumbers = slideNumbers }
    subject.header.notes = notes + subject.header.notes
    return subject
  }

  package func subject(row: Int, notation: Notation? = nil) throws -> Subject {
    try subject(rows: [row], notation: notation)
  }

  /// The explanation of a row, from 1.
  public func explanation(
    row: Int = 1, notation: Notation? = nil, options: ExplanationOptions? = nil
  ) throws -> Explanation {
    try explanation(rows: [row], notation: notation, options: options)
  }

  /// The explanation of rows as one batch; see ``Explanation/batch``.
  public func explanation(
    rows: [Int], notation: Notation? = nil, options: ExplanationOptions? = nil
  ) throws -> Explanation {
    try Explainer.explanation(
      of: try subject(rows: rows, notation: notation),
      options: options ?? ExplanationOptions(learningRate: learningRate))
  }
}

/// A preset that there is not.
struct PresetError: DiagnosableError {
  let description: String

  var kind: ErrorKind { .usage }

  init(_ description: String) { self.description = description }
}
