internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// Draws the curves of a training while it runs (`--plot`), in place, on a terminal.
final class LiveCurves: Callback {
  private let messages: Messages
  private let batches: BatchLosses
  private let settings: JSON
  private let clock = ContinuousClock()
  /// Drawing shall not slow the training by more than a tenth.
  private var nextDrawing: ContinuousClock.Instant?
  /// Lines of the picture on the screen, to be replaced by the next one.
  private var height = 0

  /// - Parameters:
  ///   - batches: another callback of the same training that stands before this one.
  ///   - settings: of the run, for the line below the title.
  init(_ messages: Messages, batches: BatchLosses, settings: JSON) {
    self.messages = messages
    self.batches = batches
    self.settings = settings
  }

  func epochDidEnd(_ training: Training, _ record: EpochRecord) {
    let start = clock.now
    if let nextDrawing, start < nextDrawing { return }
    draw(training)
    nextDrawing = clock.now + max(.milliseconds(200), (clock.now - start) * 10)
  }

  func trainingDidEnd(_ training: Training) {
    if !training.history.epochs.isEmpty { draw(training) }
  }

  private func draw(_ training: Training) {
    let curves = TrainingCurves(training.history, batches: batches, settings: settings)
    let width = min((FileDescriptor.messages.width ?? 80) - 1, 100)
    let text = curves.figure(height: 200).terminalText(
      columns: width, isColoured: Style.of(.messages).isColoured)
    let lines = text.count { $0 == "\n" }
    // A picture that is higher than the screen could not be taken back.
    guard lines < FileDescriptor.messages.height ?? 24 else { return }
    let back = height > 0 ? "\u{1B}[\(height)F\u{1B}[J" : ""
    messages.write(back + text)
    height = lines
  }
}
