import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

@Suite struct PassTests {
  private func names(_ program: Program) -> [String] { program.graph.nodes.map { $0.op.name } }

  private func program(_ build: (Graph) -> Tensor) throws -> Program {
    let graph = Graph()
    let y = build(graph)
    return try Program(graph, outputs: [("y", y)])
  }

  /// After the pass only these ops are left besides the inputs, and the numbers are the same.
  private func expect(
    _ pass: any Pass, leaves: [String], inputs: [TensorData] = [], of build: (Graph) -> Tensor,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let program = try program(build)
    let after = try program.transformed(by: [pass, DeadNodes()], verifying: true)
    #expect(
      names(after).filter { $0 != "input" } == leaves, "\(after)", sourceLocation: sourceLocation)
    let expected = try ReferenceEngine().outputs(of: program, inputs: inputs).outputs[0]
    let found = try ReferenceEngine().outputs(of: after, inputs: inputs).outputs[0]
    #expect(found == expected, sourceLocation: sourceLocation)
  }

  private let edges = TensorData([1.5, -0.0, 0, .nan, .infinity, -.infinity] as [Float])

  private func x(_ graph: Graph) -> Tensor { graph.input("x", [6]) }

  @Test func equalExpressionsAreComputedOnce() throws {
    try expect(CommonSubexpressions(), leaves: ["exp", "multiply"], inputs: [edges]) {
      let x = x($0)
      return exp(x) * exp(x)
    }
    try expect(
      CommonSubexpressions(), leaves: ["literal", "multiply", "add"], inputs: [edges]
    ) {
      let x = x($0)
      return x * 2 + x * 2
    }
    // Another attribute or stream is another expression.
    try expect(
      CommonSubexpressions(),
      leaves: ["constant", "random_uniform", "random_uniform", "add", "add"]
    ) {
      let key = $0.constant(TensorData([1, 2, 3, 4] as [Int32]))
      return randomUniform([3], stream: .noise, key: key)
        + randomUniform([3], stream: .dropout, key: key)
        + randomUniform([3], stream: .noise, key: key)
    }
  }

  @Test func regionsOfEqualExpressionsBecomeOne() throws {
    let program = try program {
      let x = x($0)
      return softmax(x) + softmax(x)
    }
    #expect(program.graph.regions.count == 2)
    let after = try program.transformed(by: [CommonSubexpressions()], verifying: true)
    #expect(after.graph.regions.count == 1)
  }

  @Test(arguments: 0..<13) func whatChangesNothingGoes(number: Int) throws {
    let builds: [@Sendable (Tensor) -> Tensor] = [
      { $0 * 1 }, { 1 * $0 }, { $0 / 1 }, { $0 - 0 }, { $0 + -0.0 }, { pow($0, 1) }, { -(-$0) },
      { stopGradient($0) }, { clip($0, -.infinity, .infinity) }, { concatenate([$0], axis: 0) },
      { $0.padded(low: [0], high: [0]) }, { $0.sliced(axis: 0) },
      { $0.reshaped(to: [2, 3]).reshaped(to: [3, 2]).reshaped(to: [6]) },
    ]
    try expect(Simplify(), leaves: [], inputs: [edges]) { builds[number](x($0)) }
  }

  @Test func whatWouldChangeABitStays() throws {
    try expect(Simplify(), leaves: ["literal", "add"], inputs: [edges]) { x($0) + 0 }
    // A sum starts from 0.
    try expect(Simplify(), leaves: ["reduce_sum"], inputs: [edges]) { x($0).sum([]) }
    try expect(Simplify(), leaves: ["literal", "subtract"], inputs: [edges]) { 0 - x($0) }
    try expect(Simplify(), leaves: ["literal", "subtract"], inputs: [edges]) { x($0) - -0.0 }
    try expect(Simplify(), leaves: ["literal", "multiply"], inputs: [edges]) { x($0) * 0 }
    // Here the factor 1 gives the result its shape.
    try expect(Simplify(), leaves: ["literal", "constant", "multiply"], inputs: [edges]) {
      _ = x($0)
      return $0.literal(2) * $0.constant(TensorData([1, 1] as [Float]))
    }
  }

  @Test func transposesJoinAndFoldIntoProducts() throws {
    let a = TensorData((0..<12).map { Float($0) }, shape: [2, 2, 3])
    let b = TensorData((0..<12).map { Float($0 * $0) }, shape: [2, 2, 3])
    try expect(Simplify(), leaves: ["matmul"], inputs: [a, b]) {
      let (a, b) = ($0.input("a", [2, 2, 3]), $0.input("b", [2, 2, 3]))
      return matmul(a.transposed(), b.transposed(), transposeB: true)
    }
    try expect(Simplify(), leaves: ["transpose"], inputs: [a]) {
      $0.input("a", [2, 2, 3]).transposed([2, 0, 1]).transposed([2, 0, 1])
    }
    try expect(Simplify(), leaves: [], inputs: [a]) {
      $0.input("a", [2, 2, 3]).transposed([2, 0, 1]).transposed([1, 2, 0])
    }
    // This one moves the batch, which no product can do.
    try expect(Simplify(), leaves: ["transpose", "matmul"], inputs: [a, b]) {
      let (a, b) = ($0.input("a", [2, 2, 3]), $0.input("b", [2, 2, 3]))
      return matmul(a.transposed([1, 0, 2]), b, transposeB: true)
    }
  }

  @Test func broadcastsAreLeftToTheOpsThatDoThem() throws {
    try expect(Simplify(), leaves: ["literal", "multiply"], inputs: [edges]) {
      let x = x($0)
      return x * x.filled(with: 2)
    }
    // Both sides were stretched: one stays, it gives the shape.
    try expect(Simplify(), leaves: ["literal", "literal", "broadcast", "add"], inputs: [edges]) {
      let x = x($0)
      return x.filled(with: 2) + x.filled(with: 3)
    }
  }

  @Test func countsBecomeNumbersOnceSizesAreKnown() throws {
    let program = try program { $0.input("x", [.n, 3]).mean() }
    #expect(names(program).contains("element_count"))
    let bound = try program.transformed(by: [BindSizes(["N": 4]), Simplify()], verifying: true)
    #expect(!names(bound).contains("element_count"))
    #expect(bound.graph.nodes.contains { ($0.op as? Literal)?.value == 12 })
  }

  @Test func regionsFollowTheirProgram() throws {
    let program = try program {
      let key = $0.constant(TensorData([1, 2, 3, 4] as [Int32]))
      _ = $0.input("x", [.n, 3])
      return bernoulli(0.5, [.n, 3], stream: .noise, key: key)
    }
    let bound = try program.transformed(
      by: [BindSizes(["N": 4]), Retype(.float32, to: .float64)], verifying: true)
    let op = bound.graph.regions[0].op as? Bernoulli
    #expect(op == Bernoulli(0.5, [4, 3], .float64, stream: .noise))
  }

  @Test func constantsFold() throws {
    try expect(ConstantFolding(), leaves: ["literal", "multiply"], inputs: [edges]) {
      let x = x($0)
      return x * exp($0.literal(2) * $0.literal(3))
    }
    try expect(ConstantFolding(), leaves: ["constant"]) {
      softmax($0.constant(TensorData([1, 2, 3] as [Float])) * 2)
    }
    // A stretched number is not stored, but what comes of it is small again.
    try expect(ConstantFolding(), leaves: ["literal", "broadcast"]) {
      $0.literal(2).broadcast(to: [9])
    }
    try expect(ConstantFolding(), leaves: ["literal"]) { $0.literal(2).broadcast(to: [9]).sum() }
    try expect(ConstantFolding(limit: 2), leaves: ["constant", "exp"]) {
      exp($0.constant(TensorData([1, 2, 3] as [Float])))
    }
  }

  @Test func whatFailsFailsWhenItRuns() throws {
    let program = try program {
      gather(
        $0.constant(TensorData([1, 2] as [Float])), rows: $0.constant(TensorData([5] as [Int32])))
    }
    let after = try program.transformed(by: [ConstantFolding()], verifying: true)
    #expect(names(after).contains("gather"))
    #expect(throws: RowNumberError.self) { try ReferenceEngine().outputs(of: after) }
  }
}
