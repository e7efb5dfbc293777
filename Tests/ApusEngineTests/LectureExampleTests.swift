import ApusEngine
import ApusGraph
import Testing

/// Deck 000: F(x1, x2, x3) = max(w1·x1 + w2·x2, x3), here with relu(w1·x1 + w2·x2 − x3) + x3.
@Test func lectureExampleGivesItsNumbers() throws {
  let graph = Graph()
  let (x1, x2, x3) = (graph.input("x1"), graph.input("x2"), graph.input("x3"))
  let (w1, w2) = (graph.parameter("w1"), graph.parameter("w2"))
  let f = relu(w1 * x1 + w2 * x2 - x3) + x3
  let slopes = graph.gradients(of: f, with: [w1, w2, x1, x2, x3])
  let values = try graph.evaluate([f] + slopes, feeding: [x1: 3, x2: 4, x3: 1, w1: 2, w2: -1])
  #expect(values.map(\.scalar) == [2, 3, 4, 2, -1, 0])
}

@Test func hessianVectorProductByDifferentiatingTwice() throws {
  let graph = Graph()
  let x = graph.input("x", [3], dtype: .float64)
  let f = (x * x * x).sum()
  let slope = graph.gradient(of: f, with: x)
  let v = graph.constant(TensorData([1.0, -1, 2]))
  let product = graph.jacobianVectorProduct(of: slope, with: x, along: v)
  let values = try graph.evaluate([product], feeding: [x: TensorData([1.0, 2, 3])])
  #expect(values[0].doubles() == [6, -12, 36])
}

@Test func programReadsBackEqual() throws {
  let graph = Graph()
  let x = graph.input("x", [.n, 3])
  let w = graph.parameter("dense_1.weight", [2, 3])
  let y = softmax(matmul(x, w, transposeB: true))
  let loss = (y * y * 0.5).sum()
  let g = graph.gradient(of: loss, with: w)
  let program = try Program(graph, outputs: [("loss", loss)], updates: [(w, w - 0.1 * g)])
  try program.verify()
  #expect(try Program(parsing: program.text()) == program)
  let float64 = try Retype(.float32, to: .float64).run(program)
  try float64.verify()
  #expect(float64.graph.nodes.allSatisfy { $0.type.dtype == .float64 })
}

@Test func mistakeIsRememberedAndThrown() throws {
  let graph = Graph()
  let x = graph.input("x", [.n, 3])
  let w = graph.parameter("w", [2, 4])
  let y = relu(matmul(x, w, transposeB: true)) + 1
  #expect(y.isPoison)
  #expect(throws: GraphError.self) { try Program(graph, outputs: [("y", y)]) }
  #expect(graph.mistake?.description.contains("float32[N, 3] and float32[2, 4]") == true)
}
