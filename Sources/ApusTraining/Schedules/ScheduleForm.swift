public import ApusGraph

/// How a schedule is written in a ``ScheduleSpec``: its name, its parameters and what it does.
struct ScheduleForm: Sendable {
  struct Parameter: Sendable {
    enum Kind: Sendable {
      case number(default: Double?)
      /// Steps, or epochs with an `e`.
      case steps(default: Int?)
      /// As many steps as the run still has, unless given.
      case restOfRun
      /// No end unless given.
      case optionalSteps
    }

    let name: String
    let kind: Kind

    static func number(_ name: String, default value: Double? = nil) -> Parameter {
      Parameter(name: name, kind: .number(default: value))
    }

    static func steps(_ name: String, default value: Int? = nil) -> Parameter {
      Parameter(name: name, kind: .steps(default: value))
    }

    static func restOfRun(_ name: String) -> Parameter { Parameter(name: name, kind: .restOfRun) }

    static func optionalSteps(_ name: String) -> Parameter {
      Parameter(name: name, kind: .optionalSteps)
    }

    var isRequired: Bool {
      switch kind {
      case .number(nil), .steps(nil): true
      default: false
      }
    }

    /// `steps`, `[factor=0.1]`
    var text: String {
      switch kind {
      case .number(let value?): "[\(name)=\(plain(value))]"
      case .steps(let value?): "[\(name)=\(value)]"
      case .number(nil), .steps(nil): name
      case .restOfRun, .optionalSteps: "[\(name)]"
      }
    }
  }

  let name: String
  let parameters: [Parameter]
  let summary: String
  let make: @Sendable (ScheduleArguments) throws -> any Schedule

  init(
    _ name: String, _ parameters: [Parameter], _ summary: String,
    make: @escaping @Sendable (ScheduleArguments) throws -> any Schedule
  ) {
    self.name = name
    self.parameters = parameters
    self.summary = summary
    self.make = make
  }

  /// Adding a schedule adds its line here.
  static let all: [ScheduleForm] = [
    ConstantSchedule.form, StepSchedule.form, ExponentialSchedule.form, CosineSchedule.form,
    CosineRestartsSchedule.form, LinearSchedule.form, WarmUpSchedule.form,
    PolynomialSchedule.form, OneCycleSchedule.form,
  ]

  /// `cosine([steps], [floor=0])`
  var usage: String { "\(name)(\(parameters.map(\.text).joined(separator: ", ")))" }
}

/// `4e-06`, but `1` instead of `1.0`.
func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}

/// A schedule or its description that makes no sense.
public struct ScheduleError: DiagnosableError, Hashable, Sendable {
  public let message: String
  /// The text and the place in it, counted from 1, when it was read from text.
  public let source: String?
  public let column: Int?

  init(_ message: String, source: String? = nil, column: Int? = nil) {
    self.message = message
    self.source = source
    self.column = column
  }

  public var kind: ErrorKind { .usage }

  /// The message, and below it the text with a caret under the place.
  public var description: String {
    guard let source, let column else { return "schedule: \(message)" }
    let margin = String(repeating: " ", count: column - 1)
    return "schedule, column \(column): \(message)\n  \(source)\n  \(margin)^"
  }
}

/// The values of one stage of a spec, with steps counted for a run.
struct ScheduleArguments {
  let form: ScheduleForm
  let values: [String: ScheduleSpec.Argument]
  let source: String
  let column: Int
  let stepsPerEpoch: Int
  /// Steps that the run has left when the stage begins.
  let stepsLeft: Int
  /// So that no sum of stages overflows.
  private static let mostSteps = 1e12

  func number(
    _ name: String, _ range: HyperparameterRange
  ) throws(ScheduleError) -> Double {
    guard let argument = values[name] else { return defaultNumber(name) }
    guard argument.unit == .plain else {
      throw error("\(name) is a number, not a time; leave out the e", argument)
    }
    guard Hyperparameter(name, argument.value, range).isLegal else {
      throw error("\(name) must be \(range), found \(plain(argument.value))", argument)
    }
    return argument.value
  }

  func count(
    _ name: String, _ range: HyperparameterRange
  ) throws(ScheduleError) -> Int {
    let value = try number(name, range)
    guard let count = Int(exactly: value) else {
      throw error("\(name) must be a whole number, found \(plain(value))", values[name])
    }
    return count
  }

  func steps(_ name: String) throws(ScheduleError) -> Int {
    if let given = try optionalSteps(name) { return given }
    for parameter in form.parameters where parameter.name == name {
      if case .steps(let value?) = parameter.kind { return value }
    }
    return max(stepsLeft, 1)
  }

  func optionalSteps(_ name: String) throws(ScheduleError) -> Int? {
    guard let argument = values[name] else { return nil }
    let steps = argument.value * (argument.unit == .epochs ? Double(stepsPerEpoch) : 1)
    guard argument.value > 0, steps <= Self.mostSteps else {
      throw error("\(name) must be more than 0 and at most \(plain(Self.mostSteps))", argument)
    }
    guard argument.unit == .epochs || steps == steps.rounded() else {
      throw error(
        "\(name) must be a whole number of steps, or epochs such as 1.5e", argument)
    }
    return max(Int(steps.rounded()), 1)
  }

  private func defaultNumber(_ name: String) -> Double {
    for parameter in form.parameters where parameter.name == name {
      if case .number(let value?) = parameter.kind { return value }
    }
    return 0
  }

  private func error(_ message: String, _ argument: ScheduleSpec.Argument?) -> ScheduleError {
    ScheduleError(
      "\(form.name): \(message)", source: source, column: argument?.column ?? column)
  }
}
