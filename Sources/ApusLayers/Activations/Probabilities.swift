import ApusGraph

/// Functions that turn the scores of a row into probabilities of classes.
extension Activation {
  /// exp(xᵢ) / Σⱼ exp(xⱼ) over the last axis (Bridle 1990).
  public static let softmax = Activation("softmax") { ApusGraph.softmax($0) }

  /// log softmax(x) over the last axis.
  public static let logSoftmax = Activation("log_softmax") { ApusGraph.logSoftmax($0) }
}
