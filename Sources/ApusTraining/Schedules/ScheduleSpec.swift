import ApusGraph

/// A schedule written as text, as `--schedule` takes it.
///
/// ```
/// spec     = plateau | stage { "then" stage }
/// stage    = name [ "(" [ argument { "," argument } ] ")" ]
/// argument = [ name "=" ] ( number | steps | epochs "e" )
/// ```
///
/// Arguments without a name go by order. A time is a number of steps, or of epochs with an `e`
/// behind it: `step(every=30e, factor=0.1)`, `warmup(100) then cosine`. `then` starts the next
/// stage where the one before ends. `plateau` stands alone.
public struct ScheduleSpec: Hashable, Sendable, CustomStringConvertible {
  struct Argument: Hashable, Sendable {
    enum Unit: Hashable, Sendable { case plain, epochs }
    let value: Double
    let unit: Unit
    /// Counted from 1.
    let column: Int
  }

  struct Stage: Hashable, Sendable {
    let name: String
    let arguments: [String: Argument]
    let column: Int
  }

  /// The text as it was given.
  public let description: String
  let stages: [Stage]

  /// Reads a spec; names, order and ranges of the arguments are checked too.
  ///
  /// - Throws: ``ScheduleError`` with the column.
  public init(parsing text: String) throws {
    var parser = ScheduleParser(text)
    stages = try parser.stages()
    description = text
    _ = try schedule(stepsPerEpoch: 1, totalSteps: 1)
    _ = try plateau(rate: 1)
  }

  var isPlateau: Bool { stages[0].name == ReduceOnPlateau.form.name }

  /// The schedule for a run. A plateau's is constant: see ``plateau(rate:goal:)``.
  public func schedule(
    stepsPerEpoch: Int, totalSteps: Int
  ) throws -> any Schedule {
    var schedules: [any Schedule] = []
    var start = 0
    for (index, stage) in stages.enumerated() {
      guard let form = ScheduleForm.all.first(where: { $0.name == stage.name }) else {
        return ConstantSchedule()
      }
      let schedule = try form.make(
        arguments(
          of: stage, form, stepsPerEpoch: stepsPerEpoch, stepsLeft: totalSteps - start))
      schedules.append(schedule)
      guard let length = schedule.length else {
        if index == stages.count - 1 { break }
        throw ScheduleError(
          "\(stage.name) has no end, so nothing can follow; give it steps=…",
          source: description, column: stage.column)
      }
      start += length
    }
    return schedules.count == 1 ? schedules[0] : try ScheduleSequence(schedules)
  }

  /// The controller that a `plateau` spec asks for; nil for other specs.
  public func plateau(
    rate: Double, goal: ReduceOnPlateau.Goal = .smallest
  ) throws(ScheduleError) -> ReduceOnPlateau? {
    guard isPlateau else { return nil }
    let given = arguments(of: stages[0], ReduceOnPlateau.form, stepsPerEpoch: 1, stepsLeft: 1)
    return ReduceOnPlateau(
      rate: rate, factor: try given.number("factor", .between(0, 1)),
      patience: try given.count("patience", .nonNegative),
      threshold: try given.number("threshold", .belowOne),
      cooldown: try given.count("cooldown", .nonNegative),
      floor: try given.number("floor", .nonNegative), goal: goal)
  }

  /// The forms and what they do, one a line, for `--help`.
  public static var help: [(usage: String, summary: String)] {
    (ScheduleForm.all + [ReduceOnPlateau.form]).map { ($0.usage, $0.summary) }
  }

  private func arguments(
    of stage: Stage, _ form: ScheduleForm, stepsPerEpoch: Int, stepsLeft: Int
  ) -> ScheduleArguments {
    ScheduleArguments(
      form: form, values: stage.arguments, source: description, column: stage.column,
      stepsPerEpoch: stepsPerEpoch, stepsLeft: stepsLeft)
  }
}

extension ReduceOnPlateau {
  static let form = ScheduleForm(
    "plateau",
    [
      .number("factor", default: 0.1), .number("patience", default: 10),
      .number("threshold", default: 1e-4), .number("cooldown", default: 0),
      .number("floor", default: 0),
    ], "rate · factor when the validation loss has not improved for patience epochs"
  ) { _ in ConstantSchedule() }
}

/// Reads a spec from left to right.
private struct ScheduleParser {
  private let source: String
  private let characters: [Character]
  private var position = 0

  init(_ text: String) {
    source = text
    characters = Array(text)
  }

  mutating func stages() throws(ScheduleError) -> [ScheduleSpec.Stage] {
    var stages = [try stage()]
    while position < characters.count {
      let column = position
      guard try name("then") == "then" else { throw error("expected 'then'", at: column) }
      stages.append(try stage())
    }
    let plateau = ReduceOnPlateau.form.name
    if stages.count > 1, let stage = stages.first(where: { $0.name == plateau }) {
      throw error("plateau cannot be combined with other schedules", at: stage.column - 1)
    }
    return stages
  }

  private mutating func stage() throws(ScheduleError) -> ScheduleSpec.Stage {
    skipSpaces()
    let start = position
    let name = try name("the name of a schedule")
    let forms = ScheduleForm.all + [ReduceOnPlateau.form]
    guard let form = forms.first(where: { $0.name == name }) else {
      let names = forms.map(\.name)
      let hint = didYouMean(name, in: names) ?? "There are \(names.joined(separator: ", "))."
      throw error("there is no schedule \"\(name)\". \(hint)", at: start)
    }
    var arguments: [String: ScheduleSpec.Argument] = [:]
    if take("("), !take(")") {
      repeat { try argument(of: form, into: &arguments) } while take(",")
      guard take(")") else { throw error("expected ',' or ')'", at: position) }
    }
    for parameter in form.parameters
    where parameter.isRequired && arguments[parameter.name] == nil {
      throw error("\(form.usage) needs \(parameter.name)", at: start)
    }
    return ScheduleSpec.Stage(name: name, arguments: arguments, column: start + 1)
  }

  private mutating func argument(
    of form: ScheduleForm, into arguments: inout [String: ScheduleSpec.Argument]
  ) throws(ScheduleError) {
    skipSpaces()
    let start = position
    let key: String
    if let first = peek, first.isLetter {
      key = try name("a parameter")
      guard form.parameters.contains(where: { $0.name == key }) else {
        let hint = didYouMean(key, in: form.parameters.map(\.name)) ?? "It is \(form.usage)."
        throw error("\(form.name) has no parameter \"\(key)\". \(hint)", at: start)
      }
      guard take("=") else { throw error("expected '=' and a number", at: position) }
    } else if let next = form.parameters.first(where: { arguments[$0.name] == nil }) {
      key = next.name
    } else {
      throw error("\(form.usage) takes no further argument", at: start)
    }
    guard arguments[key] == nil else { throw error("\(key) is given twice", at: start) }
    arguments[key] = try value()
  }

  /// A number, or a number of epochs: `100`, `1e-3`, `5e`.
  private mutating func value() throws(ScheduleError) -> ScheduleSpec.Argument {
    skipSpaces()
    let start = position
    while let next = peek, next.isNumber || next.isLetter || ".+-".contains(next) { position += 1 }
    let text = String(characters[start..<position])
    skipSpaces()
    let isEpochs = text.last == "e"
    guard let value = Double(isEpochs ? String(text.dropLast()) : text), value.isFinite else {
      throw error("expected a number such as 100, 0.1 or 5e (epochs), found '\(text)'", at: start)
    }
    return ScheduleSpec.Argument(
      value: value, unit: isEpochs ? .epochs : .plain, column: start + 1)
  }

  private mutating func name(_ expected: String) throws(ScheduleError) -> String {
    skipSpaces()
    let start = position
    while let next = peek, next.isLetter || next == "_" { position += 1 }
    guard position > start else { throw error("expected \(expected)", at: start) }
    let name = String(characters[start..<position])
    skipSpaces()
    return name
  }

  private var peek: Character? { position < characters.count ? characters[position] : nil }

  private mutating func take(_ character: Character) -> Bool {
    guard peek == character else { return false }
    position += 1
    skipSpaces()
    return true
  }

  private mutating func skipSpaces() {
    while let next = peek, next.isWhitespace { position += 1 }
  }

  private func error(_ message: String, at index: Int) -> ScheduleError {
    ScheduleError(message, source: source, column: index + 1)
  }
}
