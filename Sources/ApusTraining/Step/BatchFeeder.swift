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
  /// Examples, or features when they are many, that a piece covers.
  private var piece = 0
  private var cutsFeatures = false

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
      // Features of a small batch are cut as the first product cuts its sums: a thread writes what
      // it then reads. A large batch is cut by its rows, there too.
      cutsFeatures = positions.count <= 64 && width >= 32 * pieces
      let whole = cutsFeatures ? width : positions.count
      piece = ((whole + pieces - 1) / pieces + 15) / 16 * 16
      execution.spread((whole + piece - 1) / piece, nanoseconds: elements / 8, self)
    }
  }

  override func run(_ index: Int) {
    let start = index * piece
    if cutsFeatures {
      gatherer.gatherFeatures(
        positions, columns: start..<min(start + piece, width), into: target)
    } else {
      let end = min(start + piece, positions.count)
      let bytes = gatherer.featureBytes
      gatherer.gatherFeatures(
        UnsafeBufferPointer(rebasing: positions[start..<end]),
        into: UnsafeMutableRawBufferPointer(rebasing: target[start * bytes..<end * bytes]))
    }
  }
}
