/// What the check of one parameter tensor found.
public struct TensorCheck: Hashable, Sendable {
  /// `dense_1.weight`
  public let path: String
  public let shape: [Int]
  public let lines: [LineCheck]
  /// Whether each number was moved by itself; else the largest one and a random direction.
  public let checksEveryEntry: Bool
  /// The largest |∂J/∂w| of this tensor.
  public let largestGradient: Double
  /// The largest of the tensor's layer, which errors are divided by.
  public let largestOfLayer: Double

  public var count: Int { shape.reduce(1, *) }

  /// The line that is furthest off; nil when all are at a kink.
  public var worst: LineCheck? {
    let failed = lines.filter { $0.verdict == .differs }
    let decided = lines.filter { $0.verdict == .agrees }
    return (failed.isEmpty ? decided : failed).max { $0.relativeError < $1.relativeError }
  }

  /// Whether no line differs.
  public var passes: Bool { !lines.contains { $0.verdict == .differs } }
  /// Lines at a kink, where the derivative is a convention.
  public var kinks: Int { lines.count(where: \.isAtKink) }
  /// The numbers that are at a kink themselves.
  var kinkEntries: Set<Int> {
    Set(
      lines.filter(\.isAtKink).compactMap { line in
        if case .entry(let index, _) = line.place { index } else { nil }
      })
  }
}

/// Backpropagation and differences along one line through the parameters.
public struct LineCheck: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    /// One number of the tensor.
    case entry(Int, shape: [Int])
    /// All numbers of the tensor at once.
    case randomDirection
  }

  public enum Verdict: String, Hashable, Sendable {
    case agrees, differs
    /// The cost has a kink here; the slope lies between those of the two sides.
    case kink
    /// Several kinks meet here, and the slope is not between those of the two sides: differences
    /// cannot say whether it is right.
    case undecided
  }

  public let place: Place
  /// By backpropagation.
  public let slope: Double
  /// By central differences.
  public let numeric: Double
  /// |slope − numeric| divided by the largest gradient of the layer.
  public let relativeError: Double
  public let verdict: Verdict

  var isAtKink: Bool { verdict == .kink || verdict == .undecided }

  /// `[2, 0]`, or `a random direction`.
  public var placeText: String {
    guard case .entry(let position, let shape) = place else { return "a random direction" }
    var rest = position
    let index = shape.reversed().map { size in
      defer { rest /= max(size, 1) }
      return rest % max(size, 1)
    }
    return "\(Array(index.reversed()))"
  }
}
