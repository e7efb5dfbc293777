#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Multiplies the rate by a factor after every so many steps: base · factor^⌊step/every⌋.
public struct StepSchedule: Schedule {
  public let every: Int
  public let factor: Double
  public let length: Int?

  public init(every: Int, factor: Double = 0.1, steps: Int? = nil) {
    self.every = every
    self.factor = factor
    length = steps
  }

  public func rate(step: Int, base: Double) -> Double {
    base * pow(factor, Double(step / max(every, 1)))
  }

  static let form = ScheduleForm(
    "step", [.steps("every"), .number("factor", default: 0.1), .optionalSteps("steps")],
    "rate · factor^⌊step/every⌋"
  ) { arguments in
    StepSchedule(
      every: try arguments.steps("every"), factor: try arguments.number("factor", .fraction),
      steps: try arguments.optionalSteps("steps"))
  }
}
