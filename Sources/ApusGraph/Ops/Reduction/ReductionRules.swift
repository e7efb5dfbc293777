/// Shape rules that reductions share.
enum ReductionRules {
  /// The shape with the given axes removed, or kept as 1. Axes are sorted, distinct and in range.
  static func reduced(
    _ shape: Shape, axes: [Int], keepDimensions: Bool
  ) throws(RuleViolation) -> Shape {
    try check(axes, rank: shape.rank)
    var dimensions: [Dimension] = []
    for (axis, dimension) in shape.dimensions.enumerated() {
      if !axes.contains(axis) {
        dimensions.append(dimension)
      } else if keepDimensions {
        dimensions.append(1)
      }
    }
    return Shape(dimensions)
  }

  static func check(_ axes: [Int], rank: Int) throws(RuleViolation) {
    guard axes.allSatisfy({ (0..<rank).contains($0) }), zip(axes, axes.dropFirst()).allSatisfy(<)
    else {
      throw RuleViolation(
        rank == 0
          ? "a scalar has no axes to name, found \(axes)"
          : "the axes must be distinct and between 0 and \(rank - 1), found \(axes)")
    }
  }

  static func outOfRange(_ axis: Int, rank: Int) -> RuleViolation {
    RuleViolation(
      rank == 0
        ? "a scalar has no axis \(axis)"
        : "the axis must be between \(-rank) and \(rank - 1), found \(axis)")
  }

  /// The derivative of a largest or smallest element: the elements equal to it share the gradient.
  static func sharedByEqual(
    _ site: DerivativeSite, axes: [Int], keepDimensions: Bool
  ) -> Tensor {
    let x = site.inputs[0]
    func expanded(_ y: Tensor) -> Tensor {
      y.expanded(to: x.shape, axes: axes, keepDimensions: keepDimensions)
    }
    let isChosen = (x .== expanded(site.output)).cast(to: x.dtype)
    let count = isChosen.sum(axes, keepDimensions: keepDimensions)
    return expanded(site.upstream / count) * isChosen
  }
}

extension Tensor {
  /// Sorted non-negative axes for a list that may count from the end; all axes for nil.
  /// Out-of-range axes stay as they are, for the shape rule to complain about.
  func resolvedAxes(_ axes: [Int]?) -> [Int] {
    guard let axes else { return Array(0..<rank) }
    return axes.map { shape.normalizedAxis($0) ?? $0 }.sorted()
  }

  /// Puts reduced axes back as 1 and stretches to `shape`, for derivatives of reductions.
  func expanded(to shape: Shape, axes: [Int], keepDimensions: Bool) -> Tensor {
    if keepDimensions { return broadcast(to: shape) }
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    return reshaped(to: kept).broadcast(to: shape)
  }
}
