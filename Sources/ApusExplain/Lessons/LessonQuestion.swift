internal import ApusGraph

/// A question whose answer, and whose likely wrong answers, the software computes.
public struct LessonQuestion: Sendable {
  /// A wrong answer and how one comes to it.
  public struct Mistake: Sendable {
    /// "the bias was left out"
    public let name: String
    package let answer: @Sendable () throws -> String

    package init(_ name: String, _ value: @autoclosure @escaping @Sendable () throws -> Double) {
      self.name = name
      answer = { try LessonQuestion.text(of: value()) }
    }

    package init(_ name: String, choice: String) {
      self.name = name
      answer = { choice }
    }
  }

  /// What an answer is worth.
  public struct Mark: Hashable, Sendable {
    public let isRight: Bool
    /// "right: 2.6", or the likely mistake.
    public let comment: String
  }

  public let text: String
  /// The words to choose from; empty where a number is asked for.
  public let choices: [String]
  /// Of a number, relative to the answer; 0 where it is counted.
  public let tolerance: Double
  public let mistakes: [Mistake]
  private let compute: @Sendable () throws -> String

  /// A question for a number.
  package init(
    _ text: String, tolerance: Double = 0.005, mistakes: [Mistake],
    answer: @escaping @Sendable () throws -> Double
  ) {
    self.text = text
    choices = []
    self.tolerance = tolerance
    self.mistakes = mistakes
    compute = { try Self.text(of: answer()) }
  }

  /// A question with answers to choose from.
  package init(
    _ text: String, choices: [String], mistakes: [Mistake],
    answer: @escaping @Sendable () throws -> String
  ) {
    self.text = text
    self.choices = choices
    tolerance = 0
    self.mistakes = mistakes
    compute = answer
  }

  /// The answer in full precision, computed now.
  public func answer() throws -> String { try compute() }

  /// - Throws: ``LessonError`` for an answer that is no number, or none of the choices.
  public func mark(_ answer: String) throws -> Mark {
    let given = try read(answer)
    let right = try compute()
    if fits(given, right) {
      return Mark(isRight: true, comment: "right: " + Self.forPeople(right))
    }
    if let mistake = try mistakes.first(where: { fits(given, try $0.answer()) }) {
      return Mark(isRight: false, comment: "not right; the likely mistake: " + mistake.name)
    }
    if choices.isEmpty, let wanted = Double(right), wanted != 0, fits(given, Self.text(of: -wanted))
    {
      return Mark(isRight: false, comment: "not right; the likely mistake: the sign")
    }
    return Mark(isRight: false, comment: "not right; look again at what the lesson prints")
  }

  private func read(_ answer: String) throws(LessonError) -> String {
    let word = answer.replacing("−", with: "-").filter { !$0.isWhitespace }
    if choices.isEmpty {
      guard let value = Double(word), value.isFinite else {
        throw LessonError("--answer: expected a number, found \"\(answer)\"")
      }
      return Self.text(of: value)
    }
    guard let choice = choices.first(where: { Self.plain($0) == Self.plain(answer) }) else {
      throw LessonError(
        "--answer: expected one of \(choices.joined(separator: " | ")); found \"\(answer)\""
          + (didYouMean(answer, in: choices).map { ". " + $0 } ?? ""))
    }
    return choice
  }

  private static func plain(_ word: String) -> String {
    word.lowercased().filter { !$0.isWhitespace }
  }

  private func fits(_ given: String, _ wanted: String) -> Bool {
    guard choices.isEmpty, let value = Double(given), let wanted = Double(wanted) else {
      return given == wanted
    }
    return abs(value - wanted) <= max(tolerance * abs(wanted), 1e-12)
  }

  private static func text(of value: Double) -> String { "\(value)" }

  private static func forPeople(_ answer: String) -> String {
    guard let value = Double(answer) else { return answer }
    if let whole = Int(exactly: value) { return "\(whole)" }
    let short = NumberFormat.significant(value, digits: 6)
    return Double(short).map { "\($0)" } ?? short
  }
}
