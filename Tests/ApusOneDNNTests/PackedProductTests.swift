#if OneDNN
import ApusEngine
import ApusGraph
import ApusOneDNN
import Testing
import _ApusTestKit

/// oneDNN's product of packed operands. In Float32 it is the code of bfloat16 but for the type, so
/// that it runs on any processor; in bfloat16 where the processor has it.
@Suite struct PackedProductTests {
  private static let transposes = [(false, false), (true, false), (false, true), (true, true)]
  private static let float32 = FastEngine(
    contractions: nil, bfloat16: PackedProducts(rounds: false))

  /// What follows a product: nothing, a bias and an activation, sums along rows, an update.
  private static func program(
    _ sides: [Int], _ transposeA: Bool, _ transposeB: Bool
  ) throws -> Program {
    let (m, n, k) = (Dimension(sides[0]), Dimension(sides[1]), Dimension(sides[2]))
    let graph = Graph()
    let a = graph.input("a", transposeA ? [k, m] : [m, k])
    let b = graph.input("b", transposeB ? [n, k] : [k, n])
    let bias = graph.input("bias", [n])
    let w = graph.parameter("w", [m, n])
    func product() -> Tensor { matmul(a, b, transposeA: transposeA, transposeB: transposeB) }
    return try Program(
      graph,
      outputs: [
        ("plain", product()),
        ("dense", relu(matmul(a * 2, b, transposeA: transposeA, transposeB: transposeB) + bias)),
        (
          "sums",
          exp(matmul(a * 3, b, transposeA: transposeA, transposeB: transposeB) * 0.01).sum([-1])
        ),
      ], updates: [(w, w - 0.1 * matmul(a * 4, b, transposeA: transposeA, transposeB: transposeB))])
  }

  private static func inputs(
    _ sides: [Int], _ transposeA: Bool, _ transposeB: Bool
  ) -> [TensorData] {
    let (m, n, k) = (sides[0], sides[1], sides[2])
    return [
      noise(transposeA ? [k, m] : [m, k], 1), noise(transposeB ? [n, k] : [k, n], 2), noise([n], 3),
    ]
  }

  private static func noise(_ shape: [Int], _ seed: UInt64) -> TensorData {
    var random = RandomStream(seed: seed, purpose: .generate)
    let values = (0..<shape.reduce(1, *)).map { _ in random.uniformFloat() - 0.5 }
    return TensorData(values, shape: shape)
  }

  /// One piece; several down and across; sides that nothing divides.
  static let sides = [[130, 150, 140], [512, 256, 40], [256, 768, 30], [131, 521, 37]]

  @Test(arguments: sides, 0..<4)
  func packedProductsAgreeWithTheReference(sides: [Int], which: Int) throws {
    let (transposeA, transposeB) = Self.transposes[which]
    let program = try Self.program(sides, transposeA, transposeB)
    let inputs = Self.inputs(sides, transposeA, transposeB)
    let w = Self.noise([sides[0], sides[1]], 4)
    let layout = VariableLayout(program)
    let plan = try Self.float32.plan(
      program, sizes: [:], layout: layout, options: PlanOptions(products: .bfloat16))
    #expect(plan.bfloat16Products == 4)
    let expected = try ReferenceEngine().outputs(of: program, inputs: inputs, variables: ["w": w])
    for threads in [1, 2, 5] {
      let found = try Self.float32.outputs(
        of: program, inputs: inputs, variables: ["w": w], threads: threads, products: .bfloat16)
      for (found, expected) in zip(
        found.outputs + found.variables, expected.outputs + expected.variables)
      {
        try found.expectClose(to: expected, within: 4e-6)
      }
    }
  }

  @Test func threadsDoNotChangeBits() throws {
    let program = try Self.program([512, 256, 40], false, true)
    let inputs = Self.inputs([512, 256, 40], false, true)
    let results = try [1, 2, 3, 8].map {
      try Self.float32.outputs(of: program, inputs: inputs, threads: $0, products: .bfloat16)
        .outputs
    }
    for result in results { #expect(result == results[0]) }
  }

  @Test(arguments: 0..<4) func theYardstickMultiplies(which: Int) throws {
    let (transposesA, transposesB) = Self.transposes[which]
    let a = Self.noise(transposesA ? [70, 50] : [50, 70], 1)
    let b = Self.noise(transposesB ? [60, 70] : [70, 60], 2)
    let found = try #require(
      PackedOperands(a, transposesA: transposesA, b, transposesB: transposesB, rounds: false)?
        .multiply(times: 2))
    let expected = try #require(
      OneDNN.multiply(a, transposesA: transposesA, b, transposesB: transposesB))
    try found.expectClose(to: expected, within: 4e-6)
  }

  @Test func theCheckTellsRoundedProductsFromOthers() throws {
    let (a, b) = (Self.noise([48, 96], 1), Self.noise([96, 80], 2))
    func product(_ a: TensorData, _ b: TensorData) throws -> TensorData {
      try #require(PackedOperands(a, b, rounds: false)?.multiply())
    }
    func rounded(_ data: TensorData) -> TensorData {
      data.converted(to: .bfloat16).converted(to: .float32)
    }
    #expect(BFloat16Check.agrees(try product(rounded(a), rounded(b)), a, b))
    #expect(!BFloat16Check.agrees(try product(a, b), a, b))
    #expect(!BFloat16Check.agrees(try product(a, rounded(b)), a, b))
  }

  /// On a processor with bfloat16 this runs its instructions; on others it proves the refusal.
  @Test func bfloat16AgreesWithTheReferenceWhereThereIsAny() throws {
    let engine = OneDNN.bfloat16Engine()
    let features = Machine.processorFeatures
    let hasIt = features.contains("avx512_bf16") || features.contains("amx_bf16")
    if let reason = engine.refusal(of: .bfloat16) {
      #expect(!hasIt, "\(reason)")
      print("skipped: \(reason)")
      return
    }
    for sides in Self.sides {
      for (transposeA, transposeB) in Self.transposes {
        let program = try Self.program(sides, transposeA, transposeB)
        try OpHarness.compare(
          engine, on: program, inputs: Self.inputs(sides, transposeA, transposeB),
          variables: ["w": Self.noise([sides[0], sides[1]], 4)], threads: 2,
          products: .bfloat16)
      }
    }
  }
}
#endif
