/// Cosine waves from the base rate to `floor`, one after the other: the first takes `first` steps,
/// each next one `growth` times as many (SGDR, Loshchilov and Hutter 2017).
public struct CosineRestartsSchedule: Schedule {
  public let first: Int
  public let growth: Int
  /// A rate, not a factor.
  public let floor: Double
  public let length: Int?

  public init(first: Int, growth: Int = 1, floor: Double = 0, steps: Int? = nil) {
    self.first = first
    self.growth = growth
    self.floor = floor
    length = steps
  }

  public func rate(step: Int, base: Double) -> Double {
    let first = max(first, 1)
    var (start, size) = (0, first)
    if growth <= 1 {
      start = step / first * first
    } else {
      while step - start >= size {
        let (next, overflow) = size.multipliedReportingOverflow(by: growth)
        start += size
        if overflow { break }
        size = next
      }
    }
    return cosineBetween(base, floor, at: progress(step - start, of: size))
  }

  static let form = ScheduleForm(
    "restarts",
    [
      .steps("first"), .number("growth", default: 1), .number("floor", default: 0),
      .optionalSteps("steps"),
    ], "cosine waves of first, first·growth, … steps (SGDR)"
  ) { arguments in
    CosineRestartsSchedule(
      first: try arguments.steps("first"), growth: try arguments.count("growth", .positive),
      floor: try arguments.number("floor", .nonNegative),
      steps: try arguments.optionalSteps("steps"))
  }
}
