import ApusEngine
import ApusGraph
import CMallocCount
import Testing
import _ApusTestKit

/// What the fast engine promises about its plans and runs.
@Suite struct FastPlanTests {
  @Test func memoryPlanReusesBuffers() throws {
    let graph = Graph()
    let x = graph.input("x", [4])
    let y = exp(x)
    // The sum keeps the chain from being one loop.
    let program = try Program(graph, outputs: [("z", sqrt(y) * y.sum())])
    let plan = try FastEngine().plan(
      program, sizes: [:], layout: VariableLayout(), options: PlanOptions(verifies: true))
    #expect(plan.memory.description == "3 buffers, peak 48 bytes")
  }

  @Test func chainsAreOneStep() throws {
    let network = DenseNetwork(sizes: [784, 30, 30, 10], batch: 32)
    let plan = try network.plan()
    let lines = plan.description.split(separator: "\n")
    // Loss, probabilities and metrics of a row come out of the epilogue of the last product.
    #expect(lines.contains { $0.contains("logsumexp") && $0.contains("exp(") && $0.contains("·") })
    #expect(lines.contains { $0.contains("dense_1.weight = dense_1.weight - ") })
    #expect(lines.count <= 20)
  }

  @Test func aRunAllocatesNothing() throws {
    let (_, execution) = try DenseNetwork(sizes: [784, 30, 30, 10], batch: 32).execution()
    try execution.run()
    let before = apus_malloc_count()
    for _ in 0..<10 { try execution.run() }
    let after = apus_malloc_count()
    #expect(before > 0)
    #expect(after == before)
  }

  @Test func threadsDoNotChangeBits() throws {
    let networks = [
      DenseNetwork(sizes: [784, 30, 30, 10], batch: 32),
      DenseNetwork(sizes: [100, 96, 96, 96, 7], batch: 200, residual: true),
      DenseNetwork(sizes: [33, 500, 10], batch: 130) { tanh($0) },
    ]
    for network in networks {
      let results = try [1, 2, 3, 8].map { try network.run(steps: 3, threads: $0) }
      for result in results { #expect(result == results[0]) }
    }
  }

  /// Averages, as optimizers keep them, in place: one instruction each, with the roundings of
  /// three.
  @Test func scaledSumsAreRoundedAsWritten() throws {
    let graph = Graph()
    let (m, v) = (graph.state("m", [1_003]), graph.state("v", [1_003]))
    let g = graph.state("g", [1_003])
    let updates = [
      (m, 0.9 * m + 0.1 * g), (v, v - 0.001 * (m * g)), (g, 0.3 * (m + g) - 0.7 * v),
    ]
    let program = try Program(graph, outputs: [("twice", 0.3 * m + 0.3 * m)], updates: updates)
    let numbers = { (seed: Float) -> [Float] in (0..<1_003).map { seed / (Float($0) + 0.37) } }
    let (ms, vs, gs) = (numbers(1), numbers(-3), numbers(7))
    let result = try FastEngine().outputs(
      of: program,
      variables: ["m": TensorData(ms), "v": TensorData(vs), "g": TensorData(gs)])
    let expected = (0..<1_003).map { i -> [Float] in
      let (m, v, g) = (ms[i], vs[i], gs[i])
      let (left, right) = (Float(0.9) * m, Float(0.1) * g)
      let (step, sum) = (Float(0.001) * (m * g), Float(0.3) * (m + g))
      let rest = Float(0.7) * v
      return [left + right, v - step, sum - rest]
    }
    for (index, variable) in result.variables.enumerated() {
      #expect(variable.values(as: Float.self) == expected.map { $0[index] })
    }
    #expect(result.outputs[0].values(as: Float.self) == ms.map { 2 * (Float(0.3) * $0) })
  }

  @Test func variablesMayExchangeValues() throws {
    let graph = Graph()
    let (a, b) = (graph.state("a", [3]), graph.state("b", [3]))
    let c = graph.state("c", [3])
    let program = try Program(
      graph, outputs: [("old", a)], updates: [(a, b), (b, a), (c, c + a)])
    let values = [
      "a": TensorData([1, 2, 3] as [Float]), "b": TensorData([4, 5, 6] as [Float]),
      "c": TensorData([10, 10, 10] as [Float]),
    ]
    try OpHarness.compare(FastEngine(), on: program, variables: values)
  }

  @Test func updatesWaitForReaders() throws {
    let graph = Graph()
    let x = graph.input("x", [3, 3])
    let w = graph.parameter("w", [3, 3])
    let new = w - 0.5 * x
    let program = try Program(
      graph, outputs: [("product", matmul(x, w)), ("again", matmul(new, w))], updates: [(w, new)])
    try OpHarness.compare(
      FastEngine(), on: program, inputs: [DenseNetwork.noise([3, 3], 1, spread: 1)],
      variables: ["w": DenseNetwork.noise([3, 3], 2, spread: 1)])
  }

  @Test func anOpOfAUserRunsByItsReferenceKernel() throws {
    let graph = Graph()
    let x = graph.input("x", [3])
    let program = try Program(graph, outputs: [("y", graph.apply(Tripled(), to: [x + 1]) * 2)])
    try OpHarness.compare(FastEngine(), on: program, inputs: [TensorData([1, 2, 3] as [Float])])
  }

  @Test func memoryIsRefusedWithFigures() throws {
    let network = DenseNetwork(sizes: [784, 30, 10], batch: 32)
    let error = #expect(throws: MemoryError.self) {
      try network.plan(PlanOptions(memoryLimit: 10_000))
    }
    #expect(error?.availableBytes == 10_000)
    #expect(error?.neededBytes ?? 0 > 100_000)
  }

  @Test func manyThreadsShareAPlan() async throws {
    let network = DenseNetwork(sizes: [20, 16, 4], batch: 8)
    let program = Program(graph: network.program.graph, outputs: network.program.outputs)
    let plan = try FastEngine().plan(
      program, sizes: ["N": 8], layout: network.layout, options: PlanOptions())
    let pool = ExecutionPool(plan, try network.storage(), keeping: 4)
    let losses = try await withThrowingTaskGroup(of: Float.self) { group in
      for _ in 0..<64 { group.addTask { try pool.withExecution { try network.loss(of: $0) } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(losses).count == 1)
  }

  @Test func aBadRowNumberIsAnError() throws {
    let graph = Graph()
    let x = graph.input("x", [3, 2])
    let rows = graph.input("rows", [2], dtype: .int32)
    let program = try Program(graph, outputs: [("y", gather(x, rows: rows))])
    #expect(throws: RowNumberError.self) {
      try FastEngine().outputs(
        of: program,
        inputs: [TensorData(zeros: [3, 2], dtype: .float32), TensorData([0, 7] as [Int32])])
    }
  }

  @Test func firstBadValueIsNamed() throws {
    let graph = Graph()
    let x = graph.input("x", [.n])
    let program = try Program(graph, outputs: [("y", exp(x).sum() + log(x - 1).sum())])
    let variables = VariableStorage(VariableLayout(program))
    let bad = try FirstBadValue.find(
      in: program, sizes: ["N": 3], inputs: [TensorData([2, 1, 0] as [Float])],
      variables: variables)
    #expect(bad?.op == "log")
    #expect(bad?.index == [1])
    #expect(bad?.value == -.infinity)
    #expect(bad?.description.hasPrefix("log gives -inf at [1]: log(0)") == true)
    let good = try FirstBadValue.find(
      in: program, sizes: ["N": 1], inputs: [TensorData([2] as [Float])], variables: variables)
    #expect(good == nil)
  }
}

/// 3x, as a user outside the package would write it.
private struct Tripled: Primitive, AttributeFree, ReferenceKernel {
  static let name = "tripled"

  func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType { inputs[0] }
  func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }
  func formula(_ operands: [String]) -> String { "3 \(operands[0])" }
  static var examples: [OpExample] { [] }

  func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    TensorData(
      doubles: inputs[0].doubles().map { $0 * 3 }, shape: inputs[0].shape, dtype: result.dtype)
  }
}
