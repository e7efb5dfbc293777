public import ApusGraph

/// One step unit with its own learning rule, w ← w + η(t − y)·x and b ← b + η(t − y)
/// (Rosenblatt 1958).
///
/// A mistake moves the line towards the point that was wrong; a right answer changes nothing. On
/// data that a line separates this ends after finitely many mistakes (Novikoff 1962). The step's slope
/// is 0, so backpropagation could not do it.
///
/// ```swift
/// var unit = Perceptron(inputs: 2)
/// let history = try unit.fit(points, labels: labels, epochs: 100)
/// print(history.mistakes, unit.boundary)
/// ```
public struct Perceptron: Hashable, Sendable {
  public private(set) var weights: [Double]
  public private(set) var bias: Double
  public let learningRate: Double

  public init(inputs: Int, learningRate: Double = 1) {
    self.init(weights: Array(repeating: 0, count: Swift.max(inputs, 0)), learningRate: learningRate)
  }

  public init(weights: [Double], bias: Double = 0, learningRate: Double = 1) {
    self.weights = weights
    self.bias = bias
    self.learningRate = learningRate
  }

  /// What training did.
  public struct History: Hashable, Sendable {
    /// Wrong answers in each epoch.
    public let mistakes: [Int]
    /// Whether the last epoch had no mistake.
    public var hasConverged: Bool { mistakes.last == 0 }
  }

  /// 1 where w·x + b > 0, else 0.
  public func predict(_ x: [Double]) -> Int { netInput(x) > 0 ? 1 : 0 }

  /// w·x + b; missing or superfluous numbers do not count.
  public func netInput(_ x: [Double]) -> Double {
    zip(weights, x).reduce(bias) { $0 + $1.0 * $1.1 }
  }

  /// Goes through the rows in order until an epoch has no mistake, `epochs` times at most.
  ///
  /// - Parameters:
  ///   - data: [N, inputs].
  ///   - labels: N zeros and ones.
  /// - Throws: ``PerceptronError`` for shapes or labels that do not fit.
  @discardableResult
  public mutating func fit(_ data: TensorData, labels: [Int], epochs: Int = 100) throws -> History {
    guard data.shape.count == 2, data.shape[1] == weights.count else {
      throw PerceptronError(
        description: "the data must have the shape [N, \(weights.count)], found \(data.shape)")
    }
    guard labels.count == data.shape[0], labels.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw PerceptronError(
        description: "there must be one label 0 or 1 for each of the \(data.shape[0]) rows")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw PerceptronError(
        description: "the learning rate must be positive, found \(learningRate)")
    }
    let values = data.doubles()
    let rows = labels.indices.map { Array(values[$0 * weights.count..<($0 + 1) * weights.count]) }
    var mistakes: [Int] = []
    while mistakes.count < epochs, mistakes.last != 0 {
      mistakes.append(epoch(rows, labels))
    }
    return History(mistakes: mistakes)
  }

  private mutating func epoch(_ rows: [[Double]], _ labels: [Int]) -> Int {
    var mistakes = 0
    for (row, label) in zip(rows, labels) {
      let error = Double(label - predict(row))
      if error == 0 { continue }
      mistakes += 1
      for i in weights.indices { weights[i] += learningRate * error * row[i] }
      bias += learningRate * error
    }
    return mistakes
  }

  /// The line between the classes: `2·x1 − 1·x2 + 0.5 = 0`.
  public var boundary: String {
    let terms = weights.enumerated().map { ($1, "·x\($0 + 1)") } + [(bias, "")]
    var text = ""
    for (value, suffix) in terms {
      text += text.isEmpty ? (value < 0 ? "−" : "") : (value < 0 ? " − " : " + ")
      text += settingText("", [abs(value)]).dropFirst().dropLast() + suffix
    }
    return text + " = 0"
  }

  /// The unit as a layer, for pictures and for comparing with a sigmoid unit.
  public var layer: Dense {
    Dense(
      weight: TensorData(doubles: weights, shape: [1, weights.count], dtype: .float32),
      bias: TensorData(doubles: [bias], shape: [1], dtype: .float32), activation: .step)
  }
}

/// Data that a perceptron cannot learn from.
public struct PerceptronError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String
}
