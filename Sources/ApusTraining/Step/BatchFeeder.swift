import ApusData
import ApusEngine

/// Gathers examples of a data set straight into a plan's memory, when and on which threads the
/// plan's execution asks for them.
///
/// Not Sendable: feeds one execution at a time.
final class BatchFeeder: RowSource {
  let gatherer: BatchGatherer
  /// What is asked for while the present batch is worked on; valid until the next call of `feed`.
  var next = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  private var positions = UnsafeBufferPointer<Int32>(start: nil, count: 0)

  init(_ gatherer: BatchGatherer) { self.gatherer = gatherer }

  /// - Parameter positions: valid until the run that follows has ended.
  func feed(
    _ positions: UnsafeBufferPointer<Int32>, to execution: any Execution, _ ports: Ports
  ) {
    execution.withInput(ports.targets) {
      gatherer.gatherTargets(positions, into: $0, askingFor: next)
    }
    feed(featuresOf: positions, to: execution, input: ports.features)
  }

  /// The features alone, into an input of the plan.
  func feed(
    featuresOf positions: UnsafeBufferPointer<Int32>, to execution: any Execution, input: Int
  ) {
    self.positions = positions
    execution.feed(input, rows: positions.count, from: self)
  }

  override var writesColumns: Bool { true }

  override func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
    write(rows, columns: 0..<gatherer.dataset.featureCount, into: target)
  }

  override func write(
    _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) {
    let later = next[rows.clamped(to: next.indices)]
    gatherer.gatherFeatures(
      UnsafeBufferPointer(rebasing: positions[rows]), columns: columns, into: target,
      askingFor: UnsafeBufferPointer(rebasing: later))
  }

  override var byteFactor: Double? { gatherer.byteFactor }

  override func writeBytes(
    _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) {
    let later = next[rows.clamped(to: next.indices)]
    gatherer.gatherFeatureBytes(
      UnsafeBufferPointer(rebasing: positions[rows]), columns: columns, into: target,
      askingFor: UnsafeBufferPointer(rebasing: later))
  }

  override func locate(
    _ rows: Range<Int>, _ addresses: UnsafeMutableBufferPointer<UnsafeRawPointer?>
  ) -> Int {
    gatherer.locateFeatures(UnsafeBufferPointer(rebasing: positions[rows]), addresses)
  }
}
