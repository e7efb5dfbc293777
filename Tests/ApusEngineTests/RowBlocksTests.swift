import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// Stages that go through rows together, and those that run side by side.
@Suite struct RowBlocksTests {
  /// Narrow layers, many rows: sums over rows are cut too. 1,100 rows leave a last block that is shorter.
  private let tall = DenseNetwork(sizes: [4, 32, 16, 4], batch: 1_100) { tanh($0) }
  /// Many narrow layers, few rows: every thread has its own rows.
  private let deep = DenseNetwork(
    sizes: [64] + [Int](repeating: 32, count: 24) + [10], batch: 32, residual: true)

  /// A first layer whose sums are cut along its inputs: blocks of rows begin with their end.
  private let wide = DenseNetwork(sizes: [784, 30, 30, 10], batch: 33)

  private func lines(_ network: DenseNetwork, threads: Int, marked mark: String) throws -> Int {
    let plan = try network.plan(PlanOptions(threads: threads, verifies: true))
    return plan.description.split(separator: "\n").count { $0.contains(mark) }
  }

  @Test func aTallNetworkRunsBlockByBlock() throws {
    for threads in [1, 2] {
      // Three products forward, two for errors, three for gradients; sums for biases and loss.
      #expect(try lines(tall, threads: threads, marked: "of 1100 rows at a time]") >= 11)
    }
    for threads in [1, 2, 3] { try tall.compare(threads: threads) }
  }

  @Test func aDeepNetworkGivesEachThreadRows() throws {
    #expect(try lines(deep, threads: 1, marked: "at a time]") == 0)
    #expect(try lines(deep, threads: 2, marked: "[16 of 32 rows at a time]") >= 48)
    #expect(try lines(deep, threads: 2, marked: "[side by side]") >= 48)
    for threads in [1, 2, 3] { try deep.compare(threads: threads) }
  }

  @Test func blocksDoNotChangeBits() throws {
    for network in [tall, deep, wide] {
      let results = try [1, 2, 3, 8].map { try network.run(steps: 3, threads: $0) }
      for result in results { #expect(result == results[0]) }
    }
  }

  /// Sums for biases and the updates from them are chains, so threads need not meet in between.
  @Test func smallUpdatesRunWithTheirSums() throws {
    // Of three layers weights and biases, the mean of losses and hits.
    #expect(try lines(wide, threads: 2, marked: "[side by side]") >= 3 + 3 * 2)
    #expect(try lines(wide, threads: 2, marked: "of 33 rows at a time]") >= 4)
    for threads in [1, 2, 3] { try wide.compare(threads: threads) }
  }

  /// What the end of a product reads must live until the blocks have run it: here a bias and a mask that are computed.
  @Test func joinsReadWhatIsComputed() throws {
    let graph = Graph()
    let x = graph.input("x", [32, 784])
    let (w, v) = (graph.parameter("w", [30, 784]), graph.parameter("v", [30, 30]))
    let (b, c) = (graph.parameter("b", [30]), graph.parameter("c", [30]))
    let hidden = relu(matmul(x, w, transposeB: true) + b * c)
    let second = tanh(matmul(hidden, v) + b)
    let third = tanh(matmul(second, v) * hidden)
    let loss = (matmul(third, v) - second).sum()
    let gradients = graph.gradients(of: loss, with: [w, v])
    let program = try Program(
      graph, outputs: [("loss", loss), ("third", third)],
      updates: [(w, w - 0.01 * gradients[0]), (v, v - 0.01 * gradients[1])])
    for threads in [1, 2, 3] {
      try OpHarness.compare(
        FastEngine(), on: program, inputs: [DenseNetwork.noise([32, 784], 1, spread: 1)],
        variables: [
          "w": DenseNetwork.noise([30, 784], 2, spread: 0.03),
          "v": DenseNetwork.noise([30, 30], 3, spread: 0.2),
          "b": DenseNetwork.noise([30], 4, spread: 1), "c": DenseNetwork.noise([30], 5, spread: 1),
        ], threads: threads)
    }
  }

  /// What lives only while a block does needs no place in the arena: more rows, no more memory.
  @Test func activationsStayInTheBlock() throws {
    let bytes = try [20_000, 40_000].map { rows in
      try DenseNetwork(sizes: [4, 32, 16, 4], batch: rows) { tanh($0) }.plan().memory.peakBytes
    }
    // Inputs and targets: 4 + 4 numbers a row; a loss, a hit and some that the blocks leave.
    #expect(bytes[1] - bytes[0] <= 20_000 * 4 * 16)
  }

  /// A layer that is used again in its own update, and an output that is a row value.
  @Test func whatIsReadOutsideIsKept() throws {
    let graph = Graph()
    let x = graph.input("x", [2_000, 8])
    let w = graph.parameter("w", [16, 8])
    let v = graph.parameter("v", [16, 16])
    let hidden = tanh(matmul(x, w, transposeB: true))
    let result = matmul(hidden, v)
    let loss = (result * result).sum()
    let gradients = graph.gradients(of: loss, with: [w, v])
    let program = try Program(
      graph, outputs: [("loss", loss), ("hidden", hidden), ("again", matmul(result, v))],
      updates: [(w, w - 0.001 * gradients[0]), (v, v - 0.001 * gradients[1] * loss)])
    for threads in [1, 2] {
      try OpHarness.compare(
        FastEngine(), on: program, inputs: [DenseNetwork.noise([2_000, 8], 1, spread: 1)],
        variables: [
          "w": DenseNetwork.noise([16, 8], 2, spread: 0.3),
          "v": DenseNetwork.noise([16, 16], 3, spread: 0.3),
        ], threads: threads)
    }
  }

  /// A product along an axis of no elements runs by its reference kernel, before the blocks.
  @Test func aProductWithNothingToAddUpRunsByItself() throws {
    let graph = Graph()
    let x = graph.input("x", [2_000, 0])
    let w = graph.input("w", [0, 32])
    let v = graph.input("v", [32, 32])
    let program = try Program(
      graph, outputs: [("y", matmul(matmul(matmul(x, w) + 1, v), v))])
    let plan = try FastEngine().plan(
      program, sizes: [:], layout: VariableLayout(), options: PlanOptions(verifies: true))
    let lines = plan.description.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.count { $0.contains("of 2000 rows at a time]") } == 3)
  }
}
