import ApusLayers

/// Which score is watched, and whether smaller is better.
public struct Monitor: Hashable, Sendable {
  public let name: String
  public let smallerIsBetter: Bool

  public init(_ name: String, smallerIsBetter: Bool) {
    self.name = name
    self.smallerIsBetter = smallerIsBetter
  }

  public static let loss = Monitor("loss", smallerIsBetter: true)
  public static let accuracy = Monitor("accuracy", smallerIsBetter: false)

  /// The validation score when there is one, else the training score.
  public func value(in record: EpochRecord) -> Double? {
    record.validation.map { $0[name] } ?? record.train[name]
  }

  /// Whether `value` beats `best` by more than `margin`; NaN never does.
  public func isBetter(_ value: Double, than best: Double?, by margin: Double = 0) -> Bool {
    guard let best else { return !value.isNaN }
    return smallerIsBetter ? value < best - margin : value > best + margin
  }
}

/// Ends training when a score has not improved for some epochs, and puts the best weights back.
///
/// A training that is interrupted keeps its present weights, because it may go on; the best ones
/// are then looked for among the epochs to come.
public final class EarlyStopping: Callback {
  private let monitor: Monitor
  private let patience: Int
  private let margin: Double
  private var best: (value: Double, epoch: Int, network: Network)?

  /// - Parameters:
  ///   - patience: epochs without improvement before training ends.
  ///   - margin: a smaller change does not count as improvement.
  public init(_ monitor: Monitor = .loss, patience: Int, margin: Double = 0) {
    self.monitor = monitor
    self.patience = patience
    self.margin = margin
  }

  /// The best epoch so far, counted from 1.
  public var bestEpoch: Int? { best?.epoch }

  public func trainingWillStart(_ training: Training) { best = nil }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) throws {
    guard let value = monitor.value(in: record) else { return }
    if monitor.isBetter(value, than: best?.value, by: margin) {
      best = (value, record.epoch, training.network)
    } else if record.epoch - (best?.epoch ?? 0) >= patience {
      training.stop("\(monitor.name) has not improved for \(patience) epochs")
    }
  }

  public func trainingDidEnd(_ training: Training) throws {
    guard training.history.stopReason != .interrupted else { return }
    if let best { try training.restore(best.network) }
  }
}
