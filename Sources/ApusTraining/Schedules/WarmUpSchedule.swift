/// A straight line from base · start up to the base rate, where it stays
/// (Goyal et al. 2017). The step numbered `steps` is the first with the whole rate.
public struct WarmUpSchedule: Schedule {
  public let steps: Int
  public let start: Double

  public init(steps: Int, start: Double = 0.1) {
    self.steps = steps
    self.start = start
  }

  public var length: Int? { steps }

  public func rate(step: Int, base: Double) -> Double {
    base * (start + (1 - start) * progress(step, of: steps))
  }

  static let form = ScheduleForm(
    "warmup", [.steps("steps"), .number("start", default: 0.1)],
    "a line from rate · start up to rate"
  ) { arguments in
    WarmUpSchedule(
      steps: try arguments.steps("steps"), start: try arguments.number("start", .nonNegative))
  }
}
