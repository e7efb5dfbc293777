import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// What the reverse driver does beyond the ops' own rules.
@Suite struct GradientTests {
  private func float64(_ graph: Graph, _ name: String, _ shape: Shape = []) -> Tensor {
    graph.input(name, shape, dtype: .float64)
  }

  @Test func derivativesOfAnyOrder() throws {
    let graph = Graph()
    let x = float64(graph, "x")
    var derivatives = [pow(x, 4)]
    for order in 0..<5 { derivatives.append(graph.gradient(of: derivatives[order], with: x)) }
    let values = try graph.evaluate(derivatives, feeding: [x: 1.5])
    #expect(values.map(\.scalar) == [5.0625, 13.5, 27, 36, 24, 0])
  }

  @Test func powersWithAFixedExponentAreSaneAtZeroAndBelow() throws {
    let graph = Graph()
    let x = float64(graph, "x", [3])
    for (exponent, slopes) in [
      (2.0, [-4.0, 0, 4]), (3, [12, 0, 12]), (1, [1, 1, 1]), (0, [0, 0, 0]),
    ] {
      let slope = graph.gradient(of: pow(x, exponent).sum(), with: x)
      let found = try graph.evaluate([slope], feeding: [x: TensorData([-2.0, 0, 2])])[0]
      #expect(found.doubles() == slopes, "x^\(exponent)")
    }
    let y = float64(graph, "y", [3])
    let slopes = graph.gradients(of: pow(x, y).sum(), with: [x, y])
    let found = try graph.evaluate(
      slopes, feeding: [x: TensorData([0.0, 0, 2]), y: TensorData([0.0, 2, 1])])
    #expect(found[0].doubles() == [0, 0, 1])
    #expect(found[1].doubles()[..<2] == [0, 0])
  }

  @Test func conventionsAtKinks() throws {
    let graph = Graph()
    let x = float64(graph, "x")
    let quantities = [abs(x), relu(x), step(x), max(x, 0), min(x, 0), clip(x, 0, 1)]
    let slopes = quantities.map { graph.gradient(of: $0, with: x) }
    let values = try graph.evaluate(slopes, feeding: [x: 0])
    #expect(values.map(\.scalar) == [0, 0, 0, 0.5, 0.5, 1])
  }

  @Test func equalElementsShareTheGradientOfTheLargest() throws {
    let graph = Graph()
    let x = float64(graph, "x", [2, 3])
    let slope = graph.gradient(of: x.maximum([1]).sum(), with: x)
    let value = try graph.evaluate(
      [slope], feeding: [x: TensorData([1.0, 3, 3, 5, 2, 1], shape: [2, 3])])
    #expect(value[0].doubles() == [0, 0.5, 0.5, 1, 0, 0])
  }

  @Test func sharedSubexpressionsAddUp() throws {
    let graph = Graph()
    let x = float64(graph, "x")
    let shared = x * x
    let f = shared * shared + shared + sin(shared)
    let slope = graph.gradient(of: f, with: x)
    // 4x³ + 2x + 2x cos x², and the driver visits the shared node once.
    let value = try graph.evaluate([slope], feeding: [x: 0])
    #expect(value[0].scalar == 0)
    try GradientCheck(graph, of: f, with: [x], feeding: [x: 0.7]).run("shared", within: 1e-9)
  }

  @Test func unreachableTargetsGetZeros() throws {
    let graph = Graph()
    let (x, y) = (float64(graph, "x", [2]), float64(graph, "y", [3]))
    let blocked = stopGradient(x).sum() + (x .> 0).cast(to: .float64).sum()
    let slopes = graph.gradients(of: blocked, with: [x, y])
    let values = try graph.evaluate(slopes, feeding: [x: TensorData([1.0, 2])])
    #expect(values.map { $0.doubles() } == [[0, 0], [0, 0, 0]])
  }

  @Test func theOutputItselfMayBeATarget() throws {
    let graph = Graph()
    let x = float64(graph, "x")
    let y = x * 3
    let values = try graph.evaluate(graph.gradients(of: y, with: [y, x]), feeding: [x: 2])
    #expect(values.map(\.scalar) == [1, 3])
  }

  @Test(arguments: [
    ([2, 3, 4], [2, 4, 5]), ([2, 3, 4], [4, 5]), ([3, 4], [2, 4, 5]), ([2, 1, 3, 4], [3, 4, 2]),
    ([1, 3, 4], [2, 4, 2]),
  ])
  func batchedProductsUndoTheirBroadcast(a: [Int], b: [Int]) throws {
    let graph = Graph()
    let (x, y) = (float64(graph, "x", Shape(a)), float64(graph, "y", Shape(b)))
    let f = square(matmul(x, y)).sum()
    func data(_ shape: [Int], _ seed: UInt64) -> TensorData {
      var random = RandomStream(seed: seed, purpose: .generate)
      return TensorData(
        (0..<shape.reduce(1, *)).map { _ in random.uniform(-1, 1) }, shape: shape)
    }
    let feeds = [x: data(a, 1), y: data(b, 2)]
    let slopes = graph.gradients(of: f, with: [x, y])
    #expect(slopes.map(\.shape) == [x.shape, y.shape])
    try GradientCheck(graph, of: f, with: [x, y], feeding: feeds).run("matmul", within: 1e-8)
  }

  @Test func aMeanOverTheBatchServesAnyBatchSize() throws {
    let graph = Graph()
    let x = float64(graph, "x", [.n, 2])
    let f = square(x).mean()
    let slope = graph.gradient(of: f, with: x)
    for rows in [1, 2, 5] {
      let data = TensorData((0..<rows * 2).map(Double.init), shape: [rows, 2])
      let values = try graph.evaluate([f, slope], feeding: [x: data])
      let count = Double(rows * 2)
      #expect(values[0].scalar == data.doubles().map { $0 * $0 }.reduce(0, +) / count)
      let expected = TensorData(data.doubles().map { 2 * $0 / count }, shape: [rows, 2])
      try values[1].expectClose(to: expected, within: 1e-15)
    }
  }

  @Test func vectorJacobianAndJacobianVectorProducts() throws {
    let graph = Graph()
    let x = float64(graph, "x", [2])
    let w = graph.constant(TensorData([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
    let y = matmul(x.expanded(0), w).squeezed(0)
    let u = graph.constant(TensorData([1.0, 0, -1]))
    let v = graph.constant(TensorData([1.0, -1]))
    let products = [
      graph.gradient(of: y, with: x, upstream: u),
      graph.jacobianVectorProduct(of: y, with: x, along: v),
    ]
    let values = try graph.evaluate(products, feeding: [x: TensorData([7.0, 8])])
    #expect(values[0].doubles() == [-2, -2])
    #expect(values[1].doubles() == [-3, -3, -3])
  }
}
