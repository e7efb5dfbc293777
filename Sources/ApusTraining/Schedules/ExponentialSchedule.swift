#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Falls by the same factor over every so many steps, smoothly: base · factor^(step/every).
public struct ExponentialSchedule: Schedule {
  public let factor: Double
  public let every: Int
  public let length: Int?

  public init(factor: Double, every: Int = 1, steps: Int? = nil) {
    self.factor = factor
    self.every = every
    length = steps
  }

  public func rate(step: Int, base: Double) -> Double {
    base * pow(factor, Double(step) / Double(max(every, 1)))
  }

  static let form = ScheduleForm(
    "exponential", [.number("factor"), .steps("every", default: 1), .optionalSteps("steps")],
    "rate · factor^(step/every)"
  ) { arguments in
    ExponentialSchedule(
      factor: try arguments.number("factor", .fraction), every: try arguments.steps("every"),
      steps: try arguments.optionalSteps("steps"))
  }
}
