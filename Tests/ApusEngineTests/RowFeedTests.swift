import ApusEngine
import ApusGraph
import Synchronization
import Testing
import _ApusTestKit

/// Rows of inputs that a source brings, before a run or block by block while it runs.
@Suite struct RowFeedTests {
  /// Rows of a tensor. Counts how often each is asked for.
  private final class Rows: RowSource {
    let data: TensorData
    let asked: Mutex<[Int]>

    init(_ data: TensorData) {
      self.data = data
      asked = Mutex([Int](repeating: 0, count: data.shape[0]))
    }

    private var stride: Int { data.byteCount / data.shape[0] }

    override func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
      #expect(target.count == rows.count * stride)
      asked.withLock { for row in rows { $0[row] += 1 } }
      data.withUnsafeBytes { bytes in
        let part = bytes[rows.lowerBound * stride..<rows.upperBound * stride]
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
      }
    }

    override func locate(
      _ rows: Range<Int>, _ addresses: UnsafeMutableBufferPointer<UnsafeRawPointer?>
    ) -> Int {
      #expect(addresses.count == rows.count && rows.upperBound <= data.shape[0])
      data.withUnsafeBytes { bytes in
        for (index, row) in rows.enumerated() {
          addresses[index] = bytes.baseAddress.map { $0 + row * stride }
        }
      }
      return stride
    }
  }

  /// Layers on 250 rows of 300 numbers: more than half a second cache holds, and a last block that is
  /// shorter.
  private struct Forward {
    let program: Program
    let layout: VariableLayout
    let storage: VariableStorage
    static let rows = 250

    init() throws {
      let graph = Graph()
      let x = graph.input("x", [.n, 300])
      let v = graph.parameter("v", [30, 300])
      let w = graph.parameter("w", [10, 30])
      let hidden = relu(matmul(x, v, transposeB: true) + 0.1)
      program = try Program(graph, outputs: [("y", tanh(matmul(hidden, w, transposeB: true)))])
      layout = VariableLayout(program)
      storage = VariableStorage(layout)
      try storage.write(DenseNetwork.noise([30, 300], 1, spread: 0.1), to: "v")
      try storage.write(DenseNetwork.noise([10, 30], 2, spread: 0.3), to: "w")
    }

    func plan(threads: Int) throws -> any Plan {
      try FastEngine().plan(
        program, sizes: ["N": Self.rows], layout: layout,
        options: PlanOptions(threads: threads, verifies: true))
    }

    static func batch(_ seed: Int) -> TensorData {
      DenseNetwork.noise([rows, 300], seed, spread: 1)
    }

    /// The bits of the output after a run.
    static func result(_ execution: any Execution) throws -> [UInt32] {
      try execution.run()
      return execution.withOutput(0) { Array($0.bindMemory(to: UInt32.self)) }
    }
  }

  @Test func largeInputsComeBlockByBlock() throws {
    let forward = try Forward()
    for threads in [1, 2, 3] {
      let text = try forward.plan(threads: threads).description
      #expect(text.contains("of 250 rows at a time]"), "\(text)")
    }
  }

  @Test func fedRowsGiveTheBitsOfRowsInPlace() throws {
    let forward = try Forward()
    let batches = [3, 4].map(Forward.batch)
    var expected: [[UInt32]] = []
    for threads in [1, 2, 3] {
      let execution = try forward.plan(threads: threads).makeExecution(forward.storage)
      for (index, batch) in batches.enumerated() {
        execution.setInput(0, to: batch)
        let placed = try Forward.result(execution)
        if threads == 1 { expected.append(placed) }
        #expect(placed == expected[index])
        #expect(try Forward.result(execution) == placed, "inputs keep their values")
        let source = Rows(batch)
        execution.feed(0, rows: Forward.rows, from: source)
        #expect(try Forward.result(execution) == placed)
        #expect(source.asked.withLock { $0.allSatisfy { $0 == 1 } })
      }
    }
    #expect(expected[0] != expected[1])
  }

  @Test func whatComesLastCounts() throws {
    let forward = try Forward()
    let (first, second) = (Forward.batch(3), Forward.batch(4))
    for threads in [1, 2] {
      let execution = try forward.plan(threads: threads).makeExecution(forward.storage)
      execution.setInput(0, to: first)
      let expected = try Forward.result(execution)
      execution.feed(0, rows: Forward.rows, from: Rows(second))
      execution.feed(0, rows: Forward.rows, from: Rows(first))
      #expect(try Forward.result(execution) == expected)
      execution.feed(0, rows: Forward.rows, from: Rows(second))
      execution.setInput(0, to: first)
      #expect(try Forward.result(execution) == expected)
      execution.setInput(0, to: second)
      execution.feed(0, rows: Forward.rows, from: Rows(first))
      #expect(try Forward.result(execution) == expected)
    }
  }

  /// Who looks at an input before the run finds what was fed, and may change it.
  @Test func fedRowsCanBeRead() throws {
    let forward = try Forward()
    let batch = Forward.batch(5)
    let execution = try forward.plan(threads: 1).makeExecution(forward.storage)
    execution.feed(0, rows: Forward.rows, from: Rows(batch))
    let bytes = execution.withInput(0) { Array($0) }
    #expect(batch.withUnsafeBytes { Array($0) } == bytes)
    let fed = try Forward.result(execution)
    execution.setInput(0, to: batch)
    #expect(try Forward.result(execution) == fed)
  }

  /// Steps that add up over rows read what was fed too.
  @Test(arguments: [1, 2, 3]) func trainingOnFedRows(threads: Int) throws {
    let network = DenseNetwork(sizes: [4, 32, 16, 4], batch: 1_100) { tanh($0) }
    let expected = try network.run(steps: 3, threads: 1)
    let (storage, execution) = try network.execution(threads: threads)
    let source = Rows(network.inputs[0])
    for _ in 0..<3 {
      execution.feed(0, rows: 1_100, from: source)
      try execution.run()
    }
    #expect(network.layout.slots.map { storage.read($0.path) } == expected)
    #expect(source.asked.withLock { $0.allSatisfy { $0 == 3 } })
  }

  @Test func theReferenceEngineTakesThemAtOnce() throws {
    let network = DenseNetwork(sizes: [4, 8, 4], batch: 20)
    let results = try [true, false].map { isFed in
      let storage = try network.storage()
      let execution = try ReferenceEngine().plan(
        network.program, sizes: ["N": 20], layout: network.layout, options: PlanOptions()
      ).makeExecution(storage)
      for (index, data) in network.inputs.enumerated() { execution.setInput(index, to: data) }
      if isFed {
        execution.setInput(0, to: TensorData(zeros: [20, 4], dtype: .float32))
        execution.feed(0, rows: 20, from: Rows(network.inputs[0]))
      }
      try execution.run()
      return network.layout.slots.map { storage.read($0.path) }
    }
    #expect(results[0] == results[1])
  }
}
