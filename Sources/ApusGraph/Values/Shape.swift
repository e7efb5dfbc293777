/// The list of a tensor's dimensions, outermost first. `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public var dimensions: [Dimension]

  public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }
  public init(_ counts: [Int]) { dimensions = counts.map { Dimension($0) } }
  public init(arrayLiteral elements: Dimension...) { dimensions = elements }

  public var rank: Int { dimensions.count }

  public subscript(_ axis: Int) -> Dimension {
    get { dimensions[axis] }
    set { dimensions[axis] = newValue }
  }

  /// The counts, when no dimension carries a symbol.
  public var concrete: [Int]? {
    var counts: [Int] = []
    for dimension in dimensions {
      guard let count = dimension.constant else { return nil }
      counts.append(count)
    }
    return counts
  }

  /// The product of the dimensions; nil when two of them carry symbols or on overflow.
  public var elementCount: Dimension? {
    var product = Dimension(1)
    for dimension in dimensions {
      guard let next = product.multiplied(by: dimension) else { return nil }
      product = next
    }
    return product
  }

  /// The symbols in order of appearance, each once.
  public var symbols: [String] {
    var found: [String] = []
    for case let symbol? in dimensions.map(\.symbol) where !found.contains(symbol) {
      found.append(symbol)
    }
    return found
  }

  /// The counts once symbols have values; nil when a symbol has none.
  public func bound(to sizes: [String: Int]) -> [Int]? {
    var counts: [Int] = []
    for dimension in dimensions {
      guard let count = dimension.bound(to: sizes) else { return nil }
      counts.append(count)
    }
    return counts
  }

  /// A non-negative axis for one that may count from the end (−1 is the last); nil out of range.
  public func normalizedAxis(_ axis: Int) -> Int? {
    let index = axis < 0 ? axis + rank : axis
    return dimensions.indices.contains(index) ? index : nil
  }

  /// The shape two operands broadcast to by NumPy's rule: aligned at the last axis, 1 stretches.
  /// nil when they do not fit.
  public func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let rank = max(self.rank, other.rank)
    var result: [Dimension] = []
    for axis in 0..<rank {
      let left = axis - (rank - self.rank)
      let right = axis - (rank - other.rank)
      let a = left < 0 ? 1 : dimensions[left]
      let b = right < 0 ? 1 : other.dimensions[right]
      if a == b || b == 1 {
        result.append(a)
      } else if a == 1 {
        result.append(b)
      } else {
        return nil
      }
    }
    return Shape(result)
  }

  public var description: String {
    "[" + dimensions.map(\.description).joined(separator: ", ") + "]"
  }
}

/// Shape and element type of a tensor.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  public var shape: Shape
  public var dtype: DType

  public init(_ shape: Shape, _ dtype: DType = .float32) {
    self.shape = shape
    self.dtype = dtype
  }

  public var rank: Int { shape.rank }

  /// Prints as `float32[N, 30]`.
  public var description: String { dtype.rawValue + shape.description }
}

/// The number of elements of a concrete shape; nil when a count is negative or on overflow.
public func checkedElementCount(_ counts: [Int]) -> Int? {
  var product = 1
  var isEmpty = false
  for count in counts {
    guard count >= 0 else { return nil }
    if count == 0 {
      isEmpty = true
      continue
    }
    let (next, overflow) = product.multipliedReportingOverflow(by: count)
    guard !overflow else { return nil }
    product = next
  }
  return isEmpty ? 0 : product
}
