import ApusGraph

/// Numbers by name in a fixed order: `loss`, `accuracy`, ….
public struct Scores: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let name: String
    public let value: Double
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  public init(_ values: [(name: String, value: Double)]) {
    entries = values.map { Entry(name: $0.name, value: $0.value) }
  }

  public subscript(_ name: String) -> Double? { entries.first { $0.name == name }?.value }

  public var names: [String] { entries.map(\.name) }

  /// The mean loss, as the loss names its reduction; NaN when nothing was measured.
  public var loss: Double { self["loss"] ?? .nan }

  package mutating func append(_ name: String, _ value: Double) {
    entries.append(Entry(name: name, value: value))
  }
}

extension Scores: CustomStringConvertible {
  /// `loss 0.0876  accuracy 0.9749`
  public var description: String {
    entries.map { "\($0.name) \(NumberFormat.significant($0.value, digits: 4))" }
      .joined(separator: "  ")
  }
}

/// What one epoch gave.
public struct EpochRecord: Hashable, Sendable {
  /// Counted from 1.
  public let epoch: Int
  /// Steps taken since the start of training, this epoch included.
  public let step: Int
  /// Over the training rows, each batch measured just before its own update.
  public let train: Scores
  /// Over the validation rows after the epoch; nil without validation.
  public let validation: Scores?
  /// At the epoch's last step.
  public let learningRate: Double
  public let seconds: Double
  /// Training rows per second, validation left out.
  public let samplesPerSecond: Double
}

/// The course of a training as a value.
public struct History: Hashable, Sendable {
  public internal(set) var epochs: [EpochRecord] = []
  /// Why training ended before its last epoch; nil when it did not.
  public internal(set) var stopReason: StopReason?

  public init() {}

  public var last: EpochRecord? { epochs.last }

  /// One scores' course over the epochs: `train("loss")`.
  public func train(_ name: String) -> [Double] { epochs.compactMap { $0.train[name] } }
  public func validation(_ name: String) -> [Double] {
    epochs.compactMap { $0.validation?[name] }
  }
}

/// Why training ended early.
public enum StopReason: Hashable, Sendable, CustomStringConvertible {
  /// Ctrl-C, a cancelled task, or whoever gave `shouldStop`.
  case interrupted
  /// A callback asked for it.
  case requested(String)
  /// The given number of steps was reached.
  case stepLimit

  public var description: String {
    switch self {
    case .interrupted: "interrupted"
    case .requested(let reason): reason
    case .stepLimit: "the number of steps was reached"
    }
  }
}
