import ApusFormats
import ApusGraph

/// Keeps the loss of single batches for the curves of a run and writes them as CSV: `step,epoch,loss`.
///
/// At most ``limit`` of them: when there would be more, every second one is dropped and from then
/// on only every second, fourth, … step is taken, so a long run costs no more than a short one.
public final class BatchLosses: Callback {
  public static let limit = 4_096

  public struct Entry: Hashable, Sendable {
    /// Counted from 1 since the start of training.
    public let step: Int
    /// Where in the training: 1.5 is half through the second epoch.
    public let epoch: Double
    /// Of the batch before its update, reduced as the loss says.
    public let loss: Double
  }

  public private(set) var entries: [Entry] = []
  private var stride = 1
  private let path: String?

  /// - Parameter csv: where to write at the end of training; nil for nowhere.
  public init(csv path: String? = nil) { self.path = path }

  /// A training that goes on keeps what was recorded before it stopped.
  public func trainingWillStart(_ training: Training) throws {
    guard let path, training.step.count > 0 else { return }
    entries = try Self.read(path).filter { $0.step <= training.step.count }
    while entries.count > Self.limit { thinOut() }
  }

  private func thinOut() {
    stride *= 2
    entries.removeAll { !$0.step.isMultiple(of: stride) }
  }

  public func stepDidEnd(_ training: Training) {
    guard training.step.count.isMultiple(of: stride) else { return }
    let share = Double(training.rowsInEpoch) / Double(max(training.rowCount, 1))
    entries.append(
      Entry(
        step: training.step.count, epoch: Double(training.epoch - 1) + share,
        loss: training.lastLoss))
    if entries.count > Self.limit { thinOut() }
  }

  public func trainingDidEnd(_ training: Training) throws {
    guard let path else { return }
    var text = UTF8Text()
    text.append("step,epoch,loss\n")
    for entry in entries {
      text.append(entry.step)
      text.append(",")
      text.append(entry.epoch)
      text.append(",")
      text.append(entry.loss)
      text.append("\n")
    }
    try File.write(text.bytes, to: path, overwriting: true, survival: .ofKill)
  }

  /// Reads such a file; empty when it is not there.
  public static func read(_ path: String) throws -> [Entry] {
    guard File.kind(path) == .file else { return [] }
    let lines = String(decoding: try File.read(path), as: UTF8.self).split(separator: "\n")
    return try lines.dropFirst().enumerated().map { index, line in
      let cells = line.split(separator: ",")
      guard cells.count == 3, let step = Int(cells[0]), let epoch = Double(cells[1]),
        let loss = Double(cells[2])
      else {
        throw TrainingError(
          "\(printable(path)), line \(index + 2): expected step,epoch,loss; found "
            + "\"\(printable(String(line), limit: 60))\"", kind: .badData)
      }
      return Entry(step: step, epoch: epoch, loss: loss)
    }
  }
}
