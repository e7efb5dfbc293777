/// Up from base · start to the base rate within the first `rise` of the steps, then down to
/// base · end, both along half cosine waves (Smith and Topin 2018, as in PyTorch's `OneCycleLR`
/// without its momentum cycle). The base rate is the peak.
public struct OneCycleSchedule: Schedule {
  public let steps: Int
  /// The share of the steps in which the rate rises.
  public let rise: Double
  public let start: Double
  public let end: Double

  public init(steps: Int, rise: Double = 0.3, start: Double = 0.04, end: Double = 4e-6) {
    self.steps = steps
    self.rise = rise
    self.start = start
    self.end = end
  }

  public var length: Int? { steps }

  public func rate(step: Int, base: Double) -> Double {
    let peak = max(0, rise * Double(steps) - 1)
    let last = Double(steps - 1)
    let position = min(Double(step), last)
    if position < peak { return cosineBetween(base * start, base, at: position / peak) }
    guard last > peak else { return base }
    return cosineBetween(base, base * end, at: (position - peak) / (last - peak))
  }

  static let form = ScheduleForm(
    "onecycle",
    [
      .restOfRun("steps"), .number("rise", default: 0.3), .number("start", default: 0.04),
      .number("end", default: 4e-6),
    ], "up from rate · start to rate, then down to rate · end"
  ) { arguments in
    OneCycleSchedule(
      steps: try arguments.steps("steps"), rise: try arguments.number("rise", .fraction),
      start: try arguments.number("start", .nonNegative),
      end: try arguments.number("end", .nonNegative))
  }
}
