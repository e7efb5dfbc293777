extension Tensor {
  /// Removes an axis of size 1 (−1 is the last).
  public func squeezed(
    _ axis: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      guard let axis = shape.normalizedAxis(axis) else {
        return mistake("squeezed", ReductionRules.outOfRange(axis, rank: rank))
      }
      guard shape[axis] == 1 else {
        return mistake(
          "squeezed", RuleViolation("axis \(axis) must have the size 1, found \(shape[axis])"))
      }
      var dimensions = shape.dimensions
      dimensions.remove(at: axis)
      return reshaped(to: Shape(dimensions))
    }
  }

  /// Puts in an axis of size 1 so that it becomes axis number `axis` of the result (−1 is the last).
  public func expanded(
    _ axis: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      let index = axis < 0 ? axis + rank + 1 : axis
      guard 0...rank ~= index else {
        return mistake("expanded", ReductionRules.outOfRange(axis, rank: rank + 1))
      }
      var dimensions = shape.dimensions
      dimensions.insert(1, at: index)
      return reshaped(to: Shape(dimensions))
    }
  }
}
