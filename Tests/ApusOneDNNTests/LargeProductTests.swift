#if OneDNN
import ApusEngine
import ApusGraph
import ApusOneDNN
import Testing
import _ApusTestKit

/// Large products by oneDNN against the reference engine.
@Suite struct LargeProductTests {
  private static let transposes = [(false, false), (true, false), (false, true), (true, true)]

  @Test(arguments: 0..<4)
  func productsAgreeWithTheReference(which: Int) throws {
    let (transposeA, transposeB) = Self.transposes[which]
    let graph = Graph()
    let (m, n, k) = (130, 260, 70)
    let a = graph.input("a", transposeA ? [70, 130] : [130, 70])
    let b = graph.input("b", transposeB ? [260, 70] : [70, 260])
    let c = matmul(a, b, transposeA: transposeA, transposeB: transposeB)
    let program = try Program(graph, outputs: [("c", relu(c + 1))])
    try OpHarness.compare(
      OneDNN.engine(), on: program,
      inputs: [
        Self.noise(transposeA ? [k, m] : [m, k], 1), Self.noise(transposeB ? [n, k] : [k, n], 2),
      ])
  }

  @Test(arguments: 0..<4)
  func theYardstickMultiplies(which: Int) throws {
    let (transposesA, transposesB) = Self.transposes[which]
    let (a, b) = (Self.noise(transposesA ? [7, 5] : [5, 7], 1), Self.noise([7, 7], 2))
    let (x, y) = (a.doubles(), b.doubles())
    let product = try #require(
      OneDNN.multiply(a, transposesA: transposesA, b, transposesB: transposesB, times: 3))
    #expect(product.shape == [5, 7])
    for (index, found) in product.doubles().enumerated() {
      let (i, j) = (index / 7, index % 7)
      let expected = (0..<7).reduce(0.0) { sum, k in
        sum + (transposesA ? x[k * 5 + i] : x[i * 7 + k])
          * (transposesB ? y[j * 7 + k] : y[k * 7 + j])
      }
      #expect(abs(found - expected) < 1e-5)
    }
  }

  @Test func threadsDoNotChangeBits() throws {
    let graph = Graph()
    let a = graph.input("a", [3, 600, 300])
    let b = graph.input("b", [3, 300, 400])
    let program = try Program(graph, outputs: [("c", matmul(a, b))])
    let inputs = [Self.noise([3, 600, 300], 3), Self.noise([3, 300, 400], 4)]
    let engine = OneDNN.engine()
    let results = try [1, 2, 3, 8].map {
      try engine.outputs(of: program, inputs: inputs, threads: $0).outputs
    }
    for result in results { #expect(result == results[0]) }
  }

  private static func noise(_ shape: [Int], _ seed: UInt64) -> TensorData {
    var random = RandomStream(seed: seed, purpose: .generate)
    let values = (0..<shape.reduce(1, *)).map { _ in Float(random.uniform() - 0.5) }
    return TensorData(values, shape: shape)
  }
}
#endif
