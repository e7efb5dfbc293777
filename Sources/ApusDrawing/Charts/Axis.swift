#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// One direction of a chart: what is measured, from where to where.
public struct Axis: Hashable, Sendable {
  public enum Scale: Hashable, Sendable { case linear, logarithmic }

  /// The quantity and, in parentheses, its unit or formula.
  public var label: String
  public var range: ClosedRange<Double>
  public var scale: Scale
  /// In place of round numbers: names of classes, chosen values.
  public var ticks: [Tick]?

  public init(
    _ label: String, _ range: ClosedRange<Double>, scale: Scale = .linear, ticks: [Tick]? = nil
  ) {
    self.label = label
    self.range = range
    self.scale = scale
    self.ticks = ticks
  }

  /// An axis that shows all values. Values that are not finite, or not positive on a logarithmic
  /// axis, have no place on it.
  ///
  /// - Parameters:
  ///   - including: further values that shall be seen, such as 0.
  ///   - margin: a share of the range that is added at both ends.
  public init(
    fitting label: String, _ values: some Sequence<Double>, scale: Scale = .linear,
    including: [Double] = [], margin: Double = 0.04
  ) {
    // Larger numbers could not be subtracted from each other.
    let bound = Double.greatestFiniteMagnitude / 8
    let shown = (Array(values) + including).filter { $0.isFinite && (scale == .linear || $0 > 0) }
      .map { min(max($0, -bound), bound) }
    let low = shown.min() ?? (scale == .linear ? 0 : 0.1)
    let high = shown.max() ?? 1
    switch scale {
    case .linear:
      let span = high - low
      let room = span > 0 ? span * margin : max(high.magnitude * 0.1, 0.5)
      self.init(label, low - room...high + room)
    case .logarithmic:
      let factor = high > low ? pow(high / low, margin) : 2
      let lower = max(low / factor, .leastNormalMagnitude)
      self.init(
        label, lower...max(min(high * factor, .greatestFiniteMagnitude), lower), scale: scale)
    }
  }

  /// Where a value stands, 0 at the lower and 1 at the upper end; NaN for one that has no place.
  public func share(of value: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    switch scale {
    case .linear: return high > low ? (value - low) / (high - low) : 0.5
    case .logarithmic:
      guard value > 0 else { return .nan }
      return high > low ? log(value / low) / log(high / low) : 0.5
    }
  }

  /// Ticks for about so many numbers.
  func ticks(count: Int) -> [Tick] {
    if let ticks { return ticks.filter { (0...1).contains(share(of: $0.value)) } }
    return scale == .linear
      ? Ticks.linear(range, count: count) : Ticks.logarithmic(range, count: count)
  }
}
