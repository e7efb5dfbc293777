import ApusEngine
import ApusGraph
import Synchronization
import Testing
import _ApusTestKit

/// Threads bring the columns of a batch that they will multiply.
@Suite struct ColumnPiecesTests {
  /// The inputs of the first layer are shared by two threads.
  private let network = DenseNetwork(sizes: [784, 30, 30, 10], batch: 32)

  /// Brings rows that differ from step to step.
  private final class Rows: RowSource {
    var data = TensorData(zeros: [0], dtype: .float32)
    let canWriteColumns: Bool
    /// Which columns were asked for.
    let asked = Mutex<Set<Range<Int>>>([])

    init(columns: Bool) { canWriteColumns = columns }

    override var writesColumns: Bool { canWriteColumns }

    override func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
      write(rows, columns: 0..<data.shape[1], into: target)
    }

    override func write(
      _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
    ) {
      asked.withLock { _ = $0.insert(columns) }
      let row = 4 * data.shape[1]
      data.withUnsafeBytes { bytes in
        for (index, source) in rows.enumerated() {
          let part = source * row + 4 * columns.lowerBound..<source * row + 4 * columns.upperBound
          let place = index * row + 4 * columns.lowerBound
          UnsafeMutableRawBufferPointer(rebasing: target[place..<place + part.count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[part]))
        }
      }
    }
  }

  private enum Way { case fed, fedByColumns, written }

  /// The loss of each of so many steps that the clock tries and chooses numbers of threads, and the
  /// variables at the end.
  private func train(threads: Int, _ way: (Int) -> Way) throws -> ([Float], [TensorData?]) {
    let (storage, execution) = try network.execution(threads: threads)
    let (rows, columns) = (Rows(columns: false), Rows(columns: true))
    var losses: [Float] = []
    for step in 0..<60 {
      rows.data = DenseNetwork.noise([32, 784], 1_000 + step, spread: 1)
      columns.data = rows.data
      switch way(step) {
      case .fed: execution.feed(0, rows: 32, from: rows)
      case .fedByColumns: execution.feed(0, rows: 32, from: columns)
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
      for way in [
        { _ in .fed }, { _ in .fedByColumns }, { $0 % 3 == 0 ? .written : .fedByColumns },
      ]
        as [(Int) -> Way]
      {
        let found = try train(threads: threads, way)
        #expect(found.0 == expected.0)
        #expect(found.1 == expected.1)
      }
    }
  }

  /// Bytes that count 1/255, of which so many in a hundred are not 0.
  private final class Bytes: RowSource {
    var bytes: [UInt8] = []
    let width: Int
    let isFed: Bool
    let asked = Mutex(0)

    init(width: Int, isFed: Bool) {
      self.width = width
      self.isFed = isFed
    }

    func fill(_ percent: Int, seed: Int) {
      var random = RandomStream(seed: UInt64(seed), purpose: .generate)
      bytes = (0..<32 * width).map { _ in
        random.uniform() * 100 < Double(percent) ? UInt8(1 + random.uniform() * 254) : 0
      }
    }

    var numbers: TensorData {
      TensorData(bytes.map { Float($0) * Float(1 / 255.0) }, shape: [32, width])
    }

    override var byteFactor: Double? { isFed ? 1 / 255.0 : nil }
    override var writesColumns: Bool { true }

    override func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
      write(rows, columns: 0..<width, into: target)
    }

    override func write(
      _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
    ) {
      for row in rows {
        for column in columns {
          target.storeBytes(
            of: Float(bytes[row * width + column]) * Float(1 / 255.0),
            toByteOffset: 4 * (row * width + column), as: Float.self)
        }
      }
    }

    override func writeBytes(
      _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
    ) {
      asked.withLock { $0 += 1 }
      for row in rows {
        for (place, column) in columns.enumerated() {
          target[4 * (row * width + columns.lowerBound) + place] = bytes[row * width + column]
        }
      }
    }
  }

  /// Steps with data of so many percent that are not 0, one after the other.
  private func train(
    threads: Int, _ source: Bytes, percents: [Int]
  ) throws -> ([Float], [TensorData?]) {
    let (storage, execution) = try network.execution(threads: threads)
    var losses: [Float] = []
    for (step, percent) in percents.enumerated() {
      source.fill(percent, seed: step)
      if source.isFed || step % 2 == 0 {
        execution.feed(0, rows: 32, from: source)
      } else {
        execution.setInput(0, to: source.numbers)
      }
      try execution.run()
      losses.append(execution.withOutput(0) { $0.load(as: Float.self) })
    }
    return (losses, network.layout.slots.map { storage.read($0.path) })
  }

  @Test(arguments: [1, 2, 3]) func bytesGiveTheSameNumbers(threads: Int) throws {
    let percents = (0..<60).map { [15, 20, 90, 10, 60, 30, 100, 0][$0 * 5 % 8] }
    let (fed, written) = (Bytes(width: 784, isFed: true), Bytes(width: 784, isFed: false))
    let expected = try train(threads: 1, written, percents: percents)
    let found = try train(threads: threads, fed, percents: percents)
    #expect(found.0 == expected.0)
    #expect(found.1 == expected.1)
    #expect(written.asked.withLock { $0 } == 0)
    #expect(fed.asked.withLock { $0 } > 30)
  }

  /// Where bytes have turned out to be dense they are rarely asked for again.
  @Test func denseBytesAreLeftAlone() throws {
    let source = Bytes(width: 784, isFed: true)
    _ = try train(threads: 2, source, percents: [Int](repeating: 95, count: 64))
    // Each of two pieces at first, then every sixteenth time.
    #expect(source.asked.withLock { $0 } <= 2 * (1 + 64 / 16))
  }

  /// Somebody else reads the input, so it has to hold numbers.
  @Test func otherReadersGetNumbers() throws {
    let graph = Graph()
    let x = graph.input("x", [.n, 784])
    let y = matmul(x, graph.parameter("w", [30, 784]), transposeB: true)
    let program = try Program(graph, outputs: [("y", tanh(y)), ("sum", (x * x).sum())])
    let storage = VariableStorage(VariableLayout(program))
    try storage.write(DenseNetwork.noise([30, 784], 1, spread: 0.1), to: "w")
    let source = Bytes(width: 784, isFed: true)
    source.fill(20, seed: 3)
    let results = try [false, true].map { isFed in
      let execution = try FastEngine().plan(
        program, sizes: ["N": 32], layout: storage.layout, options: PlanOptions(threads: 2)
      ).makeExecution(storage)
      if isFed {
        execution.feed(0, rows: 32, from: source)
      } else {
        execution.setInput(0, to: source.numbers)
      }
      try execution.run()
      return (0..<2).map { execution.withOutput($0) { Array($0) } }
    }
    #expect(results[0] == results[1])
    #expect(source.asked.withLock { $0 } == 0)
  }

  /// While the plan runs, each thread is asked for a piece, and together they are all columns.
  @Test func columnsArePieces() throws {
    let (_, execution) = try network.execution(threads: 2)
    let rows = Rows(columns: true)
    rows.data = DenseNetwork.noise([32, 784], 1, spread: 1)
    execution.feed(0, rows: 32, from: rows)
    #expect(rows.asked.withLock { $0.isEmpty })
    try execution.run()
    let pieces = rows.asked.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
    #expect(pieces.count > 1)
    #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == 784)
    #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(rows.data.withUnsafeBytes { Array($0) } == execution.withInput(0) { Array($0) })
  }

  /// What a source is to bring can be read, and changed, before the run.
  @Test func rowsCanBeReadBack() throws {
    let (_, execution) = try network.execution(threads: 2)
    let (_, other) = try network.execution(threads: 1)
    let rows = Rows(columns: true)
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

  /// Of two inputs that could come by columns one does; the other one is all there before the run.
  @Test(arguments: [[0, 1], [1, 0]]) func twoInputs(order: [Int]) throws {
    let graph = Graph()
    let widths = [784, 1000]
    let hidden = widths.enumerated().map { index, width in
      matmul(
        graph.input("x\(index)", [.n, Dimension(width)]),
        graph.parameter("w\(index)", [30, Dimension(width)]), transposeB: true)
    }
    let program = try Program(graph, outputs: [("y", tanh(hidden[0] + hidden[1]))])
    let storage = VariableStorage(VariableLayout(program))
    for (index, width) in widths.enumerated() {
      try storage.write(DenseNetwork.noise([30, width], index, spread: 0.1), to: "w\(index)")
    }
    let results = try [false, true].map { isFed in
      let execution = try FastEngine().plan(
        program, sizes: ["N": 32], layout: storage.layout, options: PlanOptions(threads: 2)
      ).makeExecution(storage)
      var outputs: [[UInt8]] = []
      for step in 0..<3 {
        let sources = widths.enumerated().map { index, width in
          let rows = Rows(columns: true)
          rows.data = DenseNetwork.noise([32, width], 10 * step + index, spread: 1)
          return rows
        }
        for index in order {
          if isFed {
            execution.feed(index, rows: 32, from: sources[index])
          } else {
            execution.setInput(index, to: sources[index].data)
          }
        }
        try execution.run()
        outputs.append(execution.withOutput(0) { Array($0) })
      }
      return outputs
    }
    #expect(results[0] == results[1])
  }
}
