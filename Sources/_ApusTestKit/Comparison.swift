public import ApusGraph

/// Where and by how much two tensors differ. NaN equals NaN, an infinity only itself.
public struct Difference: Error, Hashable, Sendable, CustomStringConvertible {
  /// What differs: `shape`, `dtype` or the worst element.
  public enum Kind: Hashable, Sendable {
    case shape(found: [Int], expected: [Int])
    case dtype(found: DType, expected: DType)
    case element(
      index: [Int], found: Double, expected: Double, absolute: Double, relative: Double, count: Int)
  }

  public let label: String
  public let kind: Kind

  public init(_ label: String, _ kind: Kind) {
    self.label = label
    self.kind = kind
  }

  public var description: String {
    let what =
      switch kind {
      case .shape(let found, let expected): "the shape is \(found), expected \(expected)"
      case .dtype(let found, let expected): "the type is \(found), expected \(expected)"
      case .element(let index, let found, let expected, let absolute, let relative, let count):
        "\(count) elements are off, the worst at \(index): \(found), expected \(expected) "
          + "(off by \(absolute), \(relative) of the largest)"
      }
    return label.isEmpty ? what : "\(label): \(what)"
  }
}

extension TensorData {
  /// Throws a ``Difference`` unless the types are equal and the largest difference, divided by the
  /// largest finite expected value, is at most `tolerance`. 0 asks for equal numbers.
  public func expectClose(
    to expected: TensorData, within tolerance: Double, _ label: String = ""
  ) throws(Difference) {
    guard shape == expected.shape else {
      throw Difference(label, .shape(found: shape, expected: expected.shape))
    }
    guard dtype == expected.dtype else {
      throw Difference(label, .dtype(found: dtype, expected: expected.dtype))
    }
    let (found, wanted) = (doubles(), expected.doubles())
    let largest = wanted.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    var worst = (position: 0, distance: 0.0)
    var count = 0
    for position in found.indices {
      let distance = Self.distance(found[position], wanted[position])
      if distance > tolerance * largest { count += 1 }
      if distance > worst.distance { worst = (position, distance) }
    }
    guard count > 0 else { return }
    throw Difference(
      label,
      .element(
        index: index(worst.position), found: found[worst.position],
        expected: wanted[worst.position], absolute: worst.distance,
        relative: largest == 0 ? .infinity : worst.distance / largest, count: count))
  }

  private static func distance(_ a: Double, _ b: Double) -> Double {
    if a == b || (a.isNaN && b.isNaN) { return 0 }
    let distance = abs(a - b)
    return distance.isNaN ? .infinity : distance
  }

  /// The multi-index of a position in row-major order.
  private func index(_ position: Int) -> [Int] {
    var rest = position
    var index: [Int] = []
    for size in shape.reversed() {
      index.insert(rest % size, at: 0)
      rest /= size
    }
    return index
  }
}
