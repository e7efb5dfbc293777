import ApusFormats
import ApusLayers

/// Saves the network after epochs: the last one, and the best one when a score is watched.
public final class ModelCheckpoint: Callback {
  private let lastPath: String?
  private let bestPath: String?
  private let monitor: Monitor
  private var best: Double?

  /// - Parameters:
  ///   - last: where to write after every epoch; nil for nowhere.
  ///   - best: where to write when the score has improved; nil for nowhere.
  public init(last: String? = nil, best: String? = nil, monitor: Monitor = .loss) {
    lastPath = last
    bestPath = best
    self.monitor = monitor
  }

  public func trainingWillStart(_ training: Training) { best = nil }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) throws {
    if let lastPath { try training.network.save(to: lastPath, overwriting: true) }
    guard let bestPath, let value = monitor.value(in: record),
      monitor.isBetter(value, than: best)
    else { return }
    best = value
    try training.network.save(to: bestPath, overwriting: true)
  }
}
