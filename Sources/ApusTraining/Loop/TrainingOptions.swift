public import ApusEngine
public import ApusGraph

/// How to train; everything but the data, the loss and the update rule.
public struct TrainingOptions: Sendable {
  public var epochs: Int
  /// Rows of one step; nil for all rows at once (full-batch gradient descent).
  public var batchSize: Int?
  /// Ends training after so many steps in all, in the middle of an epoch if need be.
  public var steps: Int?
  /// Whether rows are shuffled anew in every epoch, by the network's seed.
  public var shuffles: Bool
  public var schedule: (any Schedule)?
  public var engine: any Engine
  /// How many threads may compute; never changes the numbers.
  public var threads: Int
  /// Of all numbers: float32 or float64.
  public var precision: DType
  /// What large products of a step are multiplied in, when numbers are float32; what is measured
  /// between steps is always computed in `precision`.
  public var products: ProductPrecision
  /// Asked after every step; training then ends at a safe point.
  public var shouldStop: @Sendable () -> Bool

  public init(
    epochs: Int = 1, batchSize: Int? = 32, steps: Int? = nil, shuffles: Bool = true,
    schedule: (any Schedule)? = nil, engine: any Engine = DefaultEngine.engine, threads: Int = 1,
    precision: DType = .float32, products: ProductPrecision = .float32,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.steps = steps
    self.shuffles = shuffles
    self.schedule = schedule
    self.engine = engine
    self.threads = threads
    self.precision = precision
    self.products = products
    self.shouldStop = shouldStop
  }

  func validate() throws {
    func check(_ name: String, _ value: Int?) throws {
      if let value, value < 1 {
        throw TrainingError("\(name) must be at least 1, found \(value)")
      }
    }
    try check("the number of epochs", epochs)
    try check("the batch size", batchSize)
    try check("the number of steps", steps)
    try check("the number of threads", threads)
  }
}

/// A training that cannot start or go on.
public struct TrainingError: DiagnosableError, Hashable, Sendable {
  public let description: String
  public let kind: ErrorKind

  public init(_ description: String, kind: ErrorKind = .usage) {
    self.description = description
    self.kind = kind
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
