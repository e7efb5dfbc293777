import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// Products of operands that are rounded to bfloat16: what the reference engine calls so, and the
/// fast engine's emulation of it, which runs on any processor.
@Suite struct BFloat16Tests {
  private static let transposes = [(false, false), (true, false), (false, true), (true, true)]
  private static let engine = FastEngine(contractions: nil, bfloat16: EmulatedBFloat16())

  /// relu(op(a)·op(b) + bias) and the product's row sums, with operands of 130 × 140 and 140 × 150.
  private static func program(_ transposeA: Bool, _ transposeB: Bool) throws -> Program {
    let graph = Graph()
    let a = graph.input("a", transposeA ? [140, 130] : [130, 140])
    let b = graph.input("b", transposeB ? [150, 140] : [140, 150])
    let bias = graph.input("bias", [150])
    let product = matmul(a, b, transposeA: transposeA, transposeB: transposeB)
    return try Program(
      graph, outputs: [("y", relu(product + bias)), ("sums", product.sum([-1]))])
  }

  private static func inputs(_ transposeA: Bool, _ transposeB: Bool) -> [TensorData] {
    [
      DenseNetwork.noise(transposeA ? [140, 130] : [130, 140], 1, spread: 1),
      DenseNetwork.noise(transposeB ? [150, 140] : [140, 150], 2, spread: 1),
      DenseNetwork.noise([150], 3, spread: 1),
    ]
  }

  @Test(arguments: 0..<4)
  func theReferenceRoundsOperandsAndNothingElse(which: Int) throws {
    let (transposeA, transposeB) = Self.transposes[which]
    let program = try Self.program(transposeA, transposeB)
    var inputs = Self.inputs(transposeA, transposeB)
    let reference = ReferenceEngine()
    let found = try reference.outputs(of: program, inputs: inputs, products: .bfloat16).outputs
    let exact = try reference.outputs(of: program, inputs: inputs).outputs
    for index in 0..<2 {
      inputs[index] = inputs[index].converted(to: .bfloat16).converted(to: .float32)
    }
    let expected = try reference.outputs(of: program, inputs: inputs).outputs
    #expect(found == expected)
    #expect(found != exact)
  }

  @Test(arguments: 0..<4)
  func theEmulationAgreesWithTheReference(which: Int) throws {
    let (transposeA, transposeB) = Self.transposes[which]
    try OpHarness.compare(
      Self.engine, on: Self.program(transposeA, transposeB),
      inputs: Self.inputs(transposeA, transposeB), threads: 2, products: .bfloat16)
  }

  /// Here a number of one layer may round the other way after a sum in another order.
  @Test func aTrainingStepAgreesWithTheReference() throws {
    let network = DenseNetwork(sizes: [160, 170, 150, 10], batch: 130)
    try OpHarness.compare(
      Self.engine, on: network.program, inputs: network.inputs, variables: network.variables,
      threads: 2, tolerance: 1e-3, products: .bfloat16)
  }

  @Test func onlyLargeProductsAreRounded() throws {
    let options = PlanOptions(products: .bfloat16)
    // Two products forward, two of weights, one of the hidden layer's gradient; the last layer's
    // three have a side of 10.
    let large = DenseNetwork(sizes: [160, 170, 150, 10], batch: 130)
    #expect(try large.plan(options, engine: Self.engine).bfloat16Products == 5)
    #expect(try large.plan(engine: Self.engine).bfloat16Products == 0)
    let small = DenseNetwork(sizes: [784, 30, 30, 10], batch: 32)
    #expect(try small.plan(options, engine: Self.engine).bfloat16Products == 0)
    let plan = try ReferenceEngine().plan(
      large.program, sizes: ["N": 130], layout: large.layout, options: options)
    #expect(plan.bfloat16Products == 5)
  }

  @Test func threadsDoNotChangeBits() throws {
    let network = DenseNetwork(sizes: [160, 170, 150, 10], batch: 130)
    func parameters(threads: Int, _ products: ProductPrecision) throws -> [TensorData] {
      try Self.engine.outputs(
        of: network.program, inputs: network.inputs, variables: network.variables,
        threads: threads, products: products
      ).variables
    }
    let one = try parameters(threads: 1, .bfloat16)
    #expect(try parameters(threads: 2, .bfloat16) == one)
    #expect(try parameters(threads: 3, .bfloat16) == one)
    #expect(try parameters(threads: 1, .float32) != one)
  }

  @Test func anEngineWithoutThemSaysSoAndMultipliesInFloat32() throws {
    let engine = FastEngine()
    #expect(engine.refusal(of: .float32) == nil)
    #expect(engine.refusal(of: .bfloat16)?.contains("oneDNN") == true)
    #expect(Self.engine.refusal(of: .bfloat16) == nil)
    let program = try Self.program(false, false)
    let inputs = Self.inputs(false, false)
    #expect(
      try engine.outputs(of: program, inputs: inputs, products: .bfloat16).outputs
        == engine.outputs(of: program, inputs: inputs).outputs)
  }
}
