import ApusEngine
import ApusFormats
import ApusGraph
public import ApusLayers

/// By how much one step changed each parameter: the numbers after it minus those before.
public struct ParameterUpdate: Sendable {
  /// Counted from 1 since the start of training.
  public let step: Int
  public let epoch: Int
  /// By the parameters' paths.
  public let changes: ParameterStore
}

/// Keeps what the last step of the last whole epoch did, and writes it at the end of training.
///
/// It copies the parameters once before and once after such a step. Early stopping may put other
/// weights back; the update is that of the step all the same.
public final class LastUpdate: Callback {
  /// A parameter, where its numbers are while it is trained, and a copy of them.
  private typealias Numbers = [(path: String, slot: VariableLayout.Slot?, value: TensorData)]

  private let path: String
  /// Updates that were made before the step that is waited for.
  private var updatesBefore: Int?
  private var last: (step: Int, epoch: Int)?
  /// Of the step that is waited for, and of the last one that was kept; their memory stays.
  private var waiting: Numbers = []
  private var before: Numbers = []
  private var after: Numbers = []

  /// - Parameter path: of the safetensors file to write.
  public init(writingTo path: String) { self.path = path }

  /// Nil before the first epoch has ended.
  public var update: ParameterUpdate? {
    last.map { last in
      var changes = ParameterStore()
      for (old, new) in zip(before, after) {
        changes[old.path] = TensorData(
          doubles: zip(new.value.doubles(), old.value.doubles()).map { $0 - $1 },
          shape: old.value.shape, dtype: old.value.dtype)
      }
      return ParameterUpdate(step: last.step, epoch: last.epoch, changes: changes)
    }
  }

  public func trainingWillStart(_ training: Training) {
    let layout = training.step.variables.layout
    waiting = training.network.parameters.entries.map { ($0.path, layout[$0.path], $0.value) }
    (before, after) = (waiting, waiting)
    (updatesBefore, last) = (nil, nil)
    keepIfNextIsLast(training)
  }

  public func stepDidEnd(_ training: Training) {
    if let updatesBefore {
      // With gradients that are collected over steps, not every step is an update.
      if training.step.updateCount > updatesBefore {
        last = (training.step.count, training.epoch)
        swap(&before, &waiting)
        copyNumbers(of: training, into: &after)
      }
      self.updatesBefore = nil
    }
    keepIfNextIsLast(training)
  }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) {
    keepIfNextIsLast(training)
  }

  public func trainingDidEnd(_ training: Training) throws {
    try update?.write(to: path, overwriting: true)
  }

  /// Copies the numbers before a step that ends an epoch, or the training by the number of steps.
  private func keepIfNextIsLast(_ training: Training) {
    let left = training.rowCount - training.rowsInEpoch
    let endsEpoch = left > 0 && left <= training.batchSize
    guard updatesBefore == nil, endsEpoch || training.step.count + 1 == training.options.steps
    else { return }
    updatesBefore = training.step.updateCount
    copyNumbers(of: training, into: &waiting)
  }

  private func copyNumbers(of training: Training, into numbers: inout Numbers) {
    for index in numbers.indices {
      guard let slot = numbers[index].slot else { continue }
      training.step.variables.read(slot, into: &numbers[index].value)
    }
  }
}

extension ParameterUpdate {
  private static let format = "apus-parameter-update"

  func write(to path: String, overwriting: Bool) throws {
    var file = Safetensors()
    file.tensors = changes.entries.map { ($0.path, $0.value) }
    file.metadata = [
      ("format", Self.format), ("version", "1"), ("step", String(step)), ("epoch", String(epoch)),
    ]
    try file.write(to: path, overwriting: overwriting, survival: .ofKill)
  }

  /// Reads what ``LastUpdate`` has written. Throws ``ModelFileError`` or the reader's own error.
  public init(contentsOf path: String) throws {
    let file = try Safetensors(contentsOf: path)
    guard file.text("format") == Self.format, file.text("version") == "1",
      let step = file.text("step").flatMap({ Int($0) }),
      let epoch = file.text("epoch").flatMap({ Int($0) })
    else {
      throw ModelFileError(path, "it holds no update of a training step")
    }
    var changes = ParameterStore()
    for tensor in file.tensors { changes[tensor.name] = tensor.data }
    self.init(step: step, epoch: epoch, changes: changes)
  }
}
