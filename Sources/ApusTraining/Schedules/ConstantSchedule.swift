/// The same rate in every step: base · factor.
public struct ConstantSchedule: Schedule {
  public let factor: Double
  public let length: Int?

  public init(factor: Double = 1, steps: Int? = nil) {
    self.factor = factor
    length = steps
  }

  public func rate(step: Int, base: Double) -> Double { base * factor }

  static let form = ScheduleForm(
    "constant", [.number("factor", default: 1), .optionalSteps("steps")], "rate · factor"
  ) { arguments in
    ConstantSchedule(
      factor: try arguments.number("factor", .positive), steps: try arguments.optionalSteps("steps")
    )
  }
}
