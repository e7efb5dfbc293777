/// Multiplies the rate by a factor when a watched number, such as the validation loss, has not
/// improved for more than `patience` looks (as PyTorch's `ReduceLROnPlateau`).
///
/// A value with a memory: give it to the loop, tell it the number after every epoch, and use
/// `rate` as the base of the schedule.
public struct ReduceOnPlateau: Hashable, Sendable {
  /// Which way is better.
  public enum Goal: String, Hashable, Sendable {
    case smallest, largest
  }

  public let factor: Double
  /// How many looks without improvement are borne.
  public let patience: Int
  /// The relative change that counts as improvement.
  public let threshold: Double
  /// How many looks after a reduction are not counted.
  public let cooldown: Int
  /// The rate never goes below it.
  public let floor: Double
  public let goal: Goal

  /// The rate now.
  public private(set) var rate: Double
  private var best: Double?
  private var waited = 0
  private var resting = 0

  public init(
    rate: Double, factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4,
    cooldown: Int = 0, floor: Double = 0, goal: Goal = .smallest
  ) {
    self.rate = rate
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.floor = floor
    self.goal = goal
  }

  /// Takes note of the watched number and gives the rate from now on. NaN is no improvement.
  @discardableResult
  public mutating func observe(_ value: Double) -> Double {
    if isBetter(value) {
      best = value
      waited = 0
    } else {
      waited += 1
    }
    if resting > 0 {
      resting -= 1
      waited = 0
    }
    if waited > patience {
      rate = min(rate, max(rate * factor, floor))
      resting = cooldown
      waited = 0
    }
    return rate
  }

  private func isBetter(_ value: Double) -> Bool {
    guard let best else { return !value.isNaN }
    return switch goal {
    case .smallest: value < best * (1 - threshold)
    case .largest: value > best * (1 + threshold)
    }
  }
}
