import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// Threads that read the rows of a batch again and again have a copy each.
@Suite struct InputCopiesTests {
  /// The columns of the first layer are shared by two threads.
  private let network = DenseNetwork(sizes: [784, 30, 30, 10], batch: 32)

  /// Brings rows that differ from step to step.
  private final class Rows: RowSource {
    var data = TensorData(zeros: [0], dtype: .float32)

    override func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
      data.withUnsafeBytes { bytes in
        let row = bytes.count / data.shape[0]
        let part = bytes[rows.lowerBound * row..<rows.upperBound * row]
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
      }
    }
  }

  private enum Way { case fed, written }

  /// The loss of each of so many steps that the clock tries and chooses numbers of threads, and the
  /// variables at the end.
  private func train(threads: Int, _ way: (Int) -> Way) throws -> ([Float], [TensorData?]) {
    let (storage, execution) = try network.execution(threads: threads)
    let rows = Rows()
    var losses: [Float] = []
    for step in 0..<60 {
      rows.data = DenseNetwork.noise([32, 784], 1_000 + step, spread: 1)
      switch way(step) {
      case .fed: execution.feed(0, rows: 32, from: rows)
      case .written: execution.setInput(0, to: rows.data)
      }
      try execution.run()
      losses.append(execution.withOutput(0) { $0.load(as: Float.self) })
    }
    return (losses, network.layout.slots.map { storage.read($0.path) })
  }

  @Test func theWayARowComesChangesNothing() throws {
    let expected = try train(threads: 1) { _ in .written }
    for threads in [1, 2, 3] {
      for way in [{ _ in .fed }, { _ in .written }, { $0 % 3 == 0 ? .written : .fed }]
        as [(Int) -> Way]
      {
        let found = try train(threads: threads, way)
        #expect(found.0 == expected.0)
        #expect(found.1 == expected.1)
      }
    }
  }

  /// What a source has brought can be read back before the run, and then only that is what all threads use.
  @Test func rowsCanBeReadBack() throws {
    let (_, execution) = try network.execution(threads: 2)
    let (_, other) = try network.execution(threads: 1)
    let rows = Rows()
    for step in 0..<30 {
      rows.data = DenseNetwork.noise([32, 784], step, spread: 1)
      execution.feed(0, rows: 32, from: rows)
      let bytes = execution.withInput(0) { input in
        input.storeBytes(of: 2, toByteOffset: 4 * 784 * 31, as: Float.self)
        return Array(input)
      }
      other.withInput(0) { $0.copyBytes(from: bytes) }
      try execution.run()
      try other.run()
      let losses = [execution, other].map { $0.withOutput(0) { $0.load(as: Float.self) } }
      #expect(losses[0] == losses[1])
    }
  }
}
