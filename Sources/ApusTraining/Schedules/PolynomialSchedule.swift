#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// floor + (base − floor) · (1 − step/steps)^power, then `floor`.
public struct PolynomialSchedule: Schedule {
  public let steps: Int
  public let power: Double
  /// A rate, not a factor.
  public let floor: Double

  public init(steps: Int, power: Double = 1, floor: Double = 0) {
    self.steps = steps
    self.power = power
    self.floor = floor
  }

  public var length: Int? { steps }

  public func rate(step: Int, base: Double) -> Double {
    floor + (base - floor) * pow(1 - progress(step, of: steps), power)
  }

  static let form = ScheduleForm(
    "polynomial",
    [.restOfRun("steps"), .number("power", default: 1), .number("floor", default: 0)],
    "floor + (rate − floor) · (1 − step/steps)^power"
  ) { arguments in
    PolynomialSchedule(
      steps: try arguments.steps("steps"), power: try arguments.number("power", .positive),
      floor: try arguments.number("floor", .nonNegative))
  }
}
