/// Half a cosine wave from the base rate down to `floor`, where it stays
/// (Loshchilov and Hutter 2017, without restarts).
public struct CosineSchedule: Schedule {
  public let steps: Int
  /// A rate, not a factor.
  public let floor: Double

  public init(steps: Int, floor: Double = 0) {
    self.steps = steps
    self.floor = floor
  }

  public var length: Int? { steps }

  public func rate(step: Int, base: Double) -> Double {
    cosineBetween(base, floor, at: progress(step, of: steps))
  }

  static let form = ScheduleForm(
    "cosine", [.restOfRun("steps"), .number("floor", default: 0)],
    "half a cosine wave from rate to floor"
  ) { arguments in
    CosineSchedule(
      steps: try arguments.steps("steps"), floor: try arguments.number("floor", .nonNegative))
  }
}
