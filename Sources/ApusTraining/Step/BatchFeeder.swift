import ApusData
import ApusEngine

/// Gathers examples of a data set straight into a plan's memory, on all threads when there is much
/// to do.
///
/// Not Sendable: feeds one execution at a time. The work is an object that stays, so that handing
/// it to other threads allocates nothing.
final class BatchFeeder: SpreadWork {
  let gatherer: BatchGatherer
  /// What is asked for while the present batch is worked on; valid until the next call of `feed`.
  var next = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  private var positions = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  private var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// Examples that a piece covers.
  private var piece = 0

  init(_ gatherer: BatchGatherer) { self.gatherer = gatherer }

  private var width: Int { gatherer.dataset.featureCount }

  func feed(
    _ positions: UnsafeBufferPointer<Int32>, to execution: any Execution, _ ports: Ports
  ) {
    execution.withInput(ports.targets) { gatherer.gatherTargets(positions, into: $0) }
    feed(featuresOf: positions, to: execution, input: ports.features)
    gatherer.prefetchFeatures(next)
  }

  /// The features alone, into an input of the plan.
  func feed(
    featuresOf positions: UnsafeBufferPointer<Int32>, to execution: any Execution, input: Int
  ) {
    execution.withInput(input) { target in
      (self.positions, self.target) = (positions, target)
      let elements = positions.count * width
      let pieces = elements < 1 << 14 ? 1 : elements < 1 << 17 ? 2 : 8
      piece = ((positions.count + pieces - 1) / pieces + 15) / 16 * 16
      execution.spread((positions.count + piece - 1) / piece, nanoseconds: elements / 8, self)
    }
  }

  override func run(_ index: Int) {
    let start = index * piece
    let end = min(start + piece, positions.count)
    let bytes = gatherer.featureBytes
    gatherer.gatherFeatures(
      UnsafeBufferPointer(rebasing: positions[start..<end]),
      into: UnsafeMutableRawBufferPointer(rebasing: target[start * bytes..<end * bytes]))
  }
}
