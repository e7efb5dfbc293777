import ApusGraph

/// Brings targets to the form that a loss compares with, or records what is wrong with them.
enum LossOperands {
  /// Targets of the predictions' shape and element type: [N] beside [N, 1] gets the second axis,
  /// labels beside several outputs become one-hot rows, whole numbers become real.
  static func aligned(_ targets: Tensor, with predictions: Tensor, for loss: String) -> Tensor {
    if targets.isPoison || predictions.isPoison { return targets }
    let columns = predictions.shape.dimensions.dropFirst().map(\.constant)
    var result = targets
    if targets.rank == 1, columns == [1] {
      result = targets.reshaped(to: predictions.shape)
    } else if targets.dtype == .int32, targets.rank == 1, columns.count == 1,
      let depth = columns[0], depth > 1
    {
      result = oneHot(targets, depth: depth)
    }
    guard result.shape == predictions.shape else {
      return mistake(
        loss, "targets must have the predictions' shape", predictions, targets,
        hint: "a row of the targets needs as many numbers as the network has outputs")
    }
    return result.cast(to: predictions.dtype)
  }

  /// A distribution of the predictions' shape and type, or Int32 labels without the last axis.
  static func classes(_ targets: Tensor, with predictions: Tensor, for loss: String) -> Tensor {
    if targets.isPoison || predictions.isPoison { return targets }
    if predictions.rank < 2 || predictions.shape.dimensions.last == 1 {
      return mistake(
        loss, "predictions must have one column per class, at least two", predictions, targets,
        hint: "for yes-or-no questions use one output with sigmoid_cross_entropy")
    }
    let rows = Shape(Array(predictions.shape.dimensions.dropLast()))
    if targets.shape == rows, !targets.dtype.isFloatingPoint {
      return targets.cast(to: .int32)
    }
    guard targets.shape == predictions.shape else {
      return mistake(
        loss, "targets must be class numbers \(rows) or one-hot rows \(predictions.shape)",
        predictions, targets,
        hint: targets.shape == rows ? "cast class numbers to int32" : nil)
    }
    return targets.cast(to: predictions.dtype)
  }

  /// As `classes`, with labels smoothed over all classes.
  static func smoothedClasses(
    _ targets: Tensor, with predictions: Tensor, by smoothing: Double, for loss: String
  ) -> Tensor {
    let targets = classes(targets, with: predictions, for: loss)
    guard smoothing != 0, !targets.isPoison, let count = predictions.shape.dimensions.last?.constant
    else { return targets }
    return smoothed(oneHotRows(targets, predictions, count), by: smoothing, among: count)
  }

  /// The weight of each row's class [N]; soft targets mix the weights of the classes.
  static func classWeights(
    _ weights: [Double]?, _ predictions: Tensor, _ targets: Tensor, for loss: String
  ) -> Tensor? {
    guard let weights else { return nil }
    let targets = classes(targets, with: predictions, for: loss)
    if targets.isPoison { return targets }
    guard let count = predictions.shape.dimensions.last?.constant, weights.count == count else {
      return mistake(
        loss, "there must be one class weight per class, found \(weights.count)", predictions,
        targets, hint: nil)
    }
    let row = predictions.graph.constant(
      TensorData(doubles: weights, shape: [count], dtype: predictions.dtype))
    return (oneHotRows(targets, predictions, count) * row).sum([-1])
  }

  private static func oneHotRows(
    _ targets: Tensor, _ predictions: Tensor, _ count: Int
  ) -> Tensor {
    if targets.dtype != .int32 { return targets }
    return oneHot(targets, depth: count, dtype: predictions.dtype)
  }

  private static func mistake(
    _ loss: String, _ rule: String, _ predictions: Tensor, _ targets: Tensor, hint: String?
  ) -> Tensor {
    predictions.graph.fail(
      GraphError(
        op: loss, violation: RuleViolation(rule, hint: hint),
        inputs: [predictions.type, targets.type]))
  }
}
