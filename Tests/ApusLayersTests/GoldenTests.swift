import ApusEngine
import ApusGraph
import ApusLayers
import Testing

/// g1, deck 000·04: ReLU(W·x + b).
@Test func g1LayerOfDeck000() throws {
  let graph = Graph()
  let w = graph.constant(TensorData([2, 4, 2, 1, 3, 7, 0, 7, 3] as [Float], shape: [3, 3]))
  let x = graph.constant(TensorData([1, 3, 2] as [Float], shape: [3, 1]))
  let b = graph.constant(TensorData([-3, 0, 2] as [Float], shape: [3, 1]))
  let product = matmul(w, x)
  let values = try graph.evaluate([product, relu(product + b)])
  #expect(values[0].doubles() == [18, 24, 27])
  #expect(values[1].doubles() == [15, 24, 29])
}

/// g2, deck 000·12: F = max(w1·x1 + w2·x2, x3), and the ways in which it is zero.
@Test func g2CostOfDeck000() throws {
  let graph = Graph()
  let (x1, x2, x3) = (graph.input("x1"), graph.input("x2"), graph.input("x3"))
  let (w1, w2) = (graph.parameter("w1"), graph.parameter("w2"))
  let f = max(w1 * x1 + w2 * x2, x3)
  let slopes = graph.gradients(of: f, with: [w1, w2, x1, x2, x3])
  func values(_ third: TensorData) throws -> [Double?] {
    try graph.evaluate([f] + slopes, feeding: [x1: 3, x2: 4, x3: third, w1: 2, w2: -1])
      .map(\.scalar)
  }
  #expect(try values(1) == [2, 3, 4, 2, -1, 0])
  #expect(try values(5) == [5, 0, 0, 0, 0, 1])
  #expect(try values(2) == [2, 1.5, 2, 1, -0.5, 0.5])
}

/// g3, deck 002·08.
@Test func g3NeuronOfDeck002() throws {
  let graph = Graph()
  let x = graph.constant(TensorData([2.0, 3, -1]))
  let w = graph.input("w", [3], dtype: .float64)
  let b = graph.input("b", dtype: .float64)
  let z = (w * x).sum() + b
  let a = sigmoid(z)
  let values = try graph.evaluate(
    [z, a] + graph.gradients(of: a, with: [z, w]),
    feeding: [w: TensorData([0.9, 0.2, 0.3]), b: 0.5])
  expectClose(values[0], 2.6)
  expectClose(values[1], 0.9308615796566533)
  expectClose(values[2], 0.06435829917577342)
  expectClose(values[3], TensorData([0.128717, 0.193075, -0.064358]), tolerance: 4e-6)
}

/// g4, deck 004·04: a(L−1) = 0.48, a(L) = 0.66, y = 1.
@Test func g4ChainOfDeck004() throws {
  let graph = Graph()
  let w = graph.input("w", dtype: .float64)
  let b = graph.input("b", dtype: .float64)
  let a = sigmoid(w * 0.48 + b)
  let cost = square(a - 1)
  let z = 0.6632942174102642
  let slopes = graph.gradients(of: cost, with: [a, b, w])
  let sigma = graph.gradient(of: a, with: b)
  let values = try graph.evaluate(
    [cost, slopes[0], sigma, slopes[1], slopes[2]], feeding: [w: 0, b: TensorData(scalar: z)])
  for (found, expected) in zip(values, [0.1156, -0.68, 0.2244, -0.152592, -0.07324416]) {
    expectClose(found, TensorData(scalar: expected))
  }
}

/// g5 and g6, deck 004·12: 2-2-2 of sigmoids without biases, squared error.
@Test func g5AndG6NetworkOfDeck004() throws {
  let graph = Graph()
  let x = graph.constant(TensorData([3.0, 1], shape: [1, 2]))
  let t = graph.constant(TensorData([1.0, 0], shape: [1, 2]))
  let w = graph.input("w", [2, 2], dtype: .float64)
  let v = graph.input("v", [2, 2], dtype: .float64)
  let h = sigmoid(matmul(x, w, transposeB: true))
  let yIn = matmul(h, v, transposeB: true)
  let loss = SquaredError(.sum)(sigmoid(yIn), t)
  let slopes = graph.gradients(of: loss, with: [yIn, h, v, w])
  let values = try graph.evaluate(
    [loss] + slopes,
    feeding: [
      w: TensorData([6.0, -2, -3, 5], shape: [2, 2]),
      v: TensorData([1.0, 0.25, -2, 2], shape: [2, 2]),
    ])
  expectClose(values[0], 0.08699208259994781, tolerance: 1e-9)
  expectClose(
    values[1], TensorData([-0.1051877023, 0.0265490487], shape: [1, 2]), tolerance: 1e-9)
  expectClose(
    values[2], TensorData([-0.1582857997, 0.0268011718], shape: [1, 2]), tolerance: 1e-9)
  let v21 = [-0.105187691, -0.001891928, 0.026549046, 0.000477517]
  for (found, expected) in zip(values[3].doubles(), v21) { #expect(abs(found - expected) < 1e-8) }
  let wRow2 = Array(values[4].doubles()[2...])
  for (found, expected) in zip(wRow2, [0.001420144, 0.000473381]) {
    #expect(abs(found - expected) < 1e-8)
  }
}

/// g10: backpropagation against central differences for the decks' networks, in Float64.
@Test(arguments: [
  ([2, 3, 1], Activation.sigmoid, Activation.sigmoid, "squared_error_per_row"),
  ([6, 5, 4], .sigmoid, .sigmoid, "binary_cross_entropy"),
  ([4, 5, 3], .relu, .linear, "softmax_cross_entropy"),
  ([4, 5, 3], .relu, .softmax, "categorical_cross_entropy"),
  ([3, 4, 4, 3], .sigmoid, .softmax, "categorical_cross_entropy"),
  ([3, 4, 4, 3], .tanh, .linear, "mean_squared_error"),
  ([2, 2, 2], .sigmoid, .sigmoid, "squared_error_per_row"),
])
func g10BackpropagationAgreesWithCentralDifferences(
  _ sizes: [Int], _ hidden: Activation, _ output: Activation, _ lossName: String
) throws {
  let loss = try LossList.named(lossName)
  let graph = Graph()
  var random = RandomStream(seed: 11, purpose: .generate)
  func draw(_ shape: [Int]) -> TensorData {
    TensorData((0..<shape.reduce(1, *)).map { _ in random.normal() }, shape: shape)
  }
  let (rows, last) = (5, sizes[sizes.count - 1])
  var values: [(tensor: Tensor, value: TensorData)] = []
  var a = graph.constant(draw([rows, sizes[0]]))
  for layer in 1..<sizes.count {
    let (inputs, units) = (sizes[layer - 1], sizes[layer])
    let w = graph.input("w\(layer)", [Dimension(units), Dimension(inputs)], dtype: .float64)
    let b = graph.input("b\(layer)", [Dimension(units)], dtype: .float64)
    values += [(w, draw([units, inputs])), (b, draw([units]))]
    let z = matmul(a, w, transposeB: true) + b
    a = apply(layer == sizes.count - 1 ? output : hidden, to: z)
  }
  let targets =
    loss.targets == .classes
    ? TensorData((0..<rows).map { Int32($0 % last) })
    : TensorData((0..<rows * last).map { Double($0 % 2) }, shape: [rows, last])
  let value = loss(a, graph.constant(targets))
  #expect(try gradientError(of: value, at: values, fixed: [:]) < 1e-7)
}

private func apply(_ activation: Activation, to z: Tensor) -> Tensor {
  switch activation.name {
  case "relu": relu(z)
  case "sigmoid": sigmoid(z)
  case "tanh": tanh(z)
  case "softmax": softmax(z)
  default: z
  }
}
