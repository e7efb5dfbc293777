import ApusEngine
import ApusFormats
import ApusGraph
public import ApusLayers

/// Keeps the numbers of a network as they were after some epochs, so that pictures can show the
/// course of a training, and writes them into one file at its end.
///
/// At most ``limit`` of them: when there would be more, every second one is dropped and from then on
/// only half as many are kept.
public final class Snapshots: Callback {
  public static let limit = 200

  /// Parameters and states by path.
  public struct Snapshot: Sendable {
    /// Epochs done; 0 before the first one.
    public let epoch: Int
    public let values: ParameterStore
  }

  public private(set) var kept: [Snapshot] = []
  private var interval: Int
  private let path: String

  /// - Parameters:
  ///   - path: of the safetensors file to write.
  ///   - interval: epochs from one snapshot to the next.
  public init(writingTo path: String, every interval: Int = 1) {
    self.path = path
    self.interval = max(interval, 1)
  }

  /// A training that goes on keeps what was recorded before it stopped.
  public func trainingWillStart(_ training: Training) throws {
    kept = []
    if training.step.count > 0, File.kind(path) == .file {
      kept = try Self.read(path).filter { $0.epoch < training.epoch }
    }
    if training.epoch == 1, training.rowsInEpoch == 0 { keep(training, after: 0) }
  }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) {
    guard record.epoch.isMultiple(of: interval) else { return }
    keep(training, after: record.epoch)
    guard kept.count > Self.limit else { return }
    interval = interval > .max / 2 ? interval : interval * 2
    kept.removeAll { !$0.epoch.isMultiple(of: interval) }
  }

  public func trainingDidEnd(_ training: Training) throws {
    let epoch = training.epoch - 1
    // What stands in the middle of an epoch is after none.
    if training.rowsInEpoch == 0, kept.last?.epoch ?? epoch < epoch {
      keep(training, after: epoch)
    }
    try write()
  }

  private func keep(_ training: Training, after epoch: Int) {
    let network = training.network
    var values = ParameterStore()
    for entry in network.parameters.entries + network.states.entries {
      values[entry.path] = entry.value
    }
    kept.append(Snapshot(epoch: epoch, values: values))
  }

  private static let format = "apus-snapshots"

  private func write() throws {
    var file = Safetensors()
    file.tensors = kept.flatMap { snapshot in
      snapshot.values.entries.map { ("\(snapshot.epoch)/\($0.path)", $0.value) }
    }
    file.metadata = [("format", Self.format), ("version", "1")]
    try file.write(to: path, overwriting: true)
  }

  /// Reads such a file, in the order of epochs.
  ///
  /// - Throws: ``ModelFileError`` or the reader's own error.
  public static func read(_ path: String) throws -> [Snapshot] {
    let file = try Safetensors(contentsOf: path)
    guard file.text("format") == format, file.text("version") == "1" else {
      throw ModelFileError(path, "it holds no snapshots of a training")
    }
    var stores: [Int: ParameterStore] = [:]
    for tensor in file.tensors {
      let parts = tensor.name.split(separator: "/", maxSplits: 1)
      guard parts.count == 2, let epoch = Int(parts[0]), epoch >= 0 else {
        throw ModelFileError(path, "\"\(printable(tensor.name, limit: 60))\" names no epoch")
      }
      stores[epoch, default: ParameterStore()][String(parts[1])] = tensor.data
    }
    return stores.keys.sorted().map { Snapshot(epoch: $0, values: stores[$0] ?? ParameterStore()) }
  }
}

extension Network {
  /// The same network with the numbers of a snapshot.
  ///
  /// - Throws: ``TrainingError`` when they are of another network.
  public func restored(to snapshot: Snapshots.Snapshot) throws -> Network {
    var network = self
    for entry in parameters.entries + states.entries {
      guard let value = snapshot.values[entry.path], value.shape == entry.value.shape,
        value.dtype == entry.value.dtype
      else {
        throw TrainingError(
          "the snapshot after epoch \(snapshot.epoch) is of another network: \(entry.path) is "
            + "missing or of another shape", kind: .badData)
      }
      if parameters[entry.path] != nil {
        network.parameters[entry.path] = value
      } else {
        network.states[entry.path] = value
      }
    }
    return network
  }
}
