/// A straight line from base · start to base · end, where it stays.
public struct LinearSchedule: Schedule {
  public let steps: Int
  public let start: Double
  public let end: Double

  public init(steps: Int, start: Double = 1, end: Double = 0) {
    self.steps = steps
    self.start = start
    self.end = end
  }

  public var length: Int? { steps }

  public func rate(step: Int, base: Double) -> Double {
    base * (start + (end - start) * progress(step, of: steps))
  }

  static let form = ScheduleForm(
    "linear",
    [.restOfRun("steps"), .number("start", default: 1), .number("end", default: 0)],
    "a line from rate · start to rate · end"
  ) { arguments in
    LinearSchedule(
      steps: try arguments.steps("steps"), start: try arguments.number("start", .nonNegative),
      end: try arguments.number("end", .nonNegative))
  }
}
