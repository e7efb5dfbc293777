public import ApusDrawing

/// How many of some values fall into equal parts of a range.
public struct Histogram: Hashable, Sendable {
  public let range: ClosedRange<Double>
  /// Shares of all finite values, also of those outside of the range.
  public let shares: [Double]

  public init(_ values: some Sequence<Double>, range: ClosedRange<Double>, count: Int) {
    self.range = range
    let count = max(count, 1)
    var counts = [Int](repeating: 0, count: count)
    var total = 0
    let span = range.upperBound - range.lowerBound
    for value in values where value.isFinite {
      total += 1
      guard range.contains(value), span > 0 else { continue }
      let share = (value - range.lowerBound) / span
      counts[min(Int(share * Double(count)), count - 1)] += 1
    }
    shares = counts.map { Double($0) / Double(max(total, 1)) }
  }

  /// A range that holds all values but the outermost hundredth at each end.
  public static func range(of values: [Double]) -> ClosedRange<Double> {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return 0...1 }
    let cut = sorted.count / 100
    let (low, high) = (sorted[cut], sorted[sorted.count - 1 - cut])
    if low < high { return low...high }
    return first < last ? first...last : first - 0.5...last + 0.5
  }

  public var width: Double { (range.upperBound - range.lowerBound) / Double(shares.count) }

  /// The middle and the share of each part.
  public var points: [Point] {
    shares.enumerated().map { Point(range.lowerBound + (Double($0) + 0.5) * width, $1) }
  }
}
