#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How the learning rate changes from step to step: a pure function.
///
/// To add a schedule write a conforming type in a file of its own, with its ``ScheduleForm``, and
/// its line in ``ScheduleForm/all``.
public protocol Schedule: Sendable {
  /// The rate of a step, which counts from 0 (the first update of a run), from the optimizer's own.
  func rate(step: Int, base: Double) -> Double

  /// The number of steps after which the rate no longer changes and another schedule may follow;
  /// nil when there is no such end.
  var length: Int? { get }
}

/// Half a cosine wave from `start` at 0 to `end` at 1.
func cosineBetween(_ start: Double, _ end: Double, at progress: Double) -> Double {
  end + (start - end) * 0.5 * (1 + cos(.pi * progress))
}

/// The share of `steps` that is done: 0 … 1.
func progress(_ step: Int, of steps: Int) -> Double {
  min(1, Double(max(step, 0)) / Double(max(steps, 1)))
}
