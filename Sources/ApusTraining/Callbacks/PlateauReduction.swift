/// Lowers the learning rate when a score has stopped improving; see ``ReduceOnPlateau``.
public final class PlateauReduction: Callback {
  private var plateau: ReduceOnPlateau
  private let initialRate: Double
  private let monitor: Monitor

  public init(_ plateau: ReduceOnPlateau, monitor: Monitor = .loss) {
    self.plateau = plateau
    initialRate = plateau.rate
    self.monitor = monitor
  }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) {
    guard let value = monitor.value(in: record) else { return }
    training.rateFactor = plateau.observe(value) / initialRate
  }
}
