import ApusEngine
public import ApusGraph

/// The first number of a program's run, in the order of its nodes, that is NaN or infinite.
public struct BadValue: Hashable, Sendable, CustomStringConvertible {
  public let op: String
  /// The layer path; empty at top level.
  public let scope: String
  /// The place in the tensor.
  public let index: [Int]
  public let value: Double
  /// The operands' values at that place, where they have one.
  public let operands: [Double]

  public var description: String {
    var text = "the first value that is not finite is \(value), from \(op)"
    if !scope.isEmpty { text += " in \(scope)" }
    if !index.isEmpty { text += " at \(index)" }
    if !operands.isEmpty {
      text += " of " + operands.map { "\($0)" }.joined(separator: " and ")
    }
    return text
  }
}

extension Program {
  /// Runs the program node by node with the reference engine and stops at the first bad number.
  ///
  /// - Parameter leaves: numbers of inputs and variables; the program's sizes must be bound.
  func firstBadValue(leaves: (NodeID) throws -> TensorData) throws -> BadValue? {
    let values = try ReferenceEngine.values(of: self, leaves: leaves)
    for (position, value) in values.enumerated() {
      guard let value, value.dtype.isFloatingPoint,
        let bad = value.doubles().firstIndex(where: { !$0.isFinite })
      else { continue }
      let node = graph.nodes[position]
      // What the program itself writes down, such as a mask of −∞, is meant.
      if node.op is Literal || node.op is Constant { continue }
      let operands = node.inputs.compactMap { input -> Double? in
        guard let operand = values[input.index], operand.shape == value.shape else { return nil }
        return operand.doubles()[bad]
      }
      return BadValue(
        op: (node.op as? any Leaf)?.label ?? node.op.name, scope: node.scope,
        index: multiIndex(bad, in: value.shape), value: value.doubles()[bad], operands: operands)
    }
    return nil
  }
}

/// The row-major index of an element's position.
private func multiIndex(_ position: Int, in shape: [Int]) -> [Int] {
  var rest = position
  var index: [Int] = []
  for size in shape.reversed() {
    index.insert(rest % size, at: 0)
    rest /= size
  }
  return index
}

/// Training met a number that is NaN or infinite. The network has the numbers from before the step
/// that made it.
public struct DivergenceError: DiagnosableError, Hashable {
  public let epoch: Int
  /// The batch, counted from 1 since the start of training.
  public let step: Int
  public let loss: Double
  /// Where it began; nil when the reference engine does not meet it, because it keeps subnormals
  /// and rounds once per operation.
  public let cause: BadValue?
  public let learningRate: Double

  public var kind: ErrorKind { .other }

  public var description: String {
    "the loss became \(loss) at step \(step) (epoch \(epoch), learning rate \(learningRate))"
      + (cause.map { ": \($0)" } ?? "")
      + "; try a learning rate of \(learningRate / 10), --clip-norm 1, or look at the data's scale"
  }
}
