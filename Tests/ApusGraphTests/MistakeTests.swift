import ApusGraph
import Testing

/// Building never crashes; the first mistake is remembered and says what, where and what to try.
@Suite struct MistakeTests {
  private func message(_ build: (Graph) -> Void) -> String {
    let graph = Graph()
    build(graph)
    return graph.mistake?.description ?? "no mistake"
  }

  private func expect(
    _ parts: String..., from build: (Graph) -> Void,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let text = message(build)
    for part in parts {
      #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
    }
  }

  @Test func aMistakeNamesScopeShapesExpressionLineAndHint() {
    let text = message { graph in
      BuildSite.inScope("encoder/dense_1") {
        let x = graph.input("x", [.n, 3])
        _ = matmul(x, graph.parameter("w", [4, 2]), file: "Net.swift", line: 12)
      }
    }
    #expect(
      text == """
        matmul in encoder/dense_1: the inner dimensions must be equal, found 3 and 4; got \
        float32[N, 3] and float32[4, 2] in x · w (Net.swift:12); hint: is an operand transposed, or \
        does the layer expect another number of inputs?
        """)
  }

  @Test func shapesThatDoNotBroadcastNameBothDimensions() {
    expect("add: the shapes must be equal or broadcast", "found N and 32") { graph in
      _ = graph.input("x", [.n, 3]) + graph.input("y", [32, 3])
    }
    expect("found 3 and 4") { _ = $0.input("x", [2, 3]) * $0.input("y", [2, 4]) }
  }

  @Test func aSymbolBroadcastsWithOne() {
    let graph = Graph()
    let sum = graph.input("x", [.n, 3]) + graph.input("y", [1, 3])
    #expect(sum.shape == [.n, 3] && graph.mistake == nil)
  }

  @Test func elementTypesMustAgree() {
    expect("the operands must have one element type", "cast") {
      _ = $0.input("x", [2]) + $0.input("y", [2], dtype: .float64)
    }
    expect("floating-point numbers or int32") {
      _ = $0.input("x", [2], dtype: .bool) + $0.input("y", [2], dtype: .bool)
    }
    expect("the operands must be truth values", "compare first") { graph in
      #expect((graph.input("x", [2]) .& graph.input("y", [2])).isPoison)
    }
    expect("the condition must be truth values") {
      let x = $0.input("x", [2])
      _ = select(x, x, x)
    }
    expect("the row numbers must be int32") {
      _ = gather($0.input("x", [2]), rows: $0.input("y", [2]))
    }
  }

  @Test func axesOutOfRange() {
    expect("reduce_sum: the axes must be distinct and between 0 and 1, found [2]") {
      _ = $0.input("x", [2, 3]).sum([2])
    }
    expect("found [1, 1]") { _ = $0.input("x", [2, 3]).mean([1, -1]) }
    expect("a scalar has no axes to name") { _ = $0.input("x").maximum([0]) }
    expect("slice: the axis must be between -2 and 1, found 2") {
      _ = $0.input("x", [2, 3]).sliced(axis: 2)
    }
    expect("axis 1 must have the size 1, found 3") { _ = $0.input("x", [2, 3]).squeezed(1) }
    expect("found 4") { _ = $0.input("x", [2, 3]).expanded(4) }
    expect("the permutation must name each of the 2 axes once, found [0, 0]") {
      _ = $0.input("x", [2, 3]).transposed([0, 0])
    }
    expect("each of the 1 axes") { _ = $0.input("x", [2]).transposed() }
    expect("axis 0 is empty and has no largest element") { _ = $0.input("x", [0]).argMax() }
  }

  @Test func symbolicAxesAreTakenInFull() {
    expect("axis 0 has the symbolic size N and can only be taken in full", "hint: cut another") {
      _ = $0.input("x", [.n, 3]).sliced(axis: 0, to: 2)
    }
    expect("axis 0 has the symbolic size N and cannot be padded") {
      _ = $0.input("x", [.n, 3]).padded(low: [1, 0], high: [0, 0])
    }
    expect("axis 0 must have known sizes, found N") {
      let x = $0.input("x", [.n, 3])
      _ = concatenate([x, x], axis: 0)
    }
    let graph = Graph()
    let x = graph.input("x", [.n, 3])
    #expect(x.sliced(axis: 1, to: 2).shape == [.n, 2])
    #expect(x.padded(low: [0, 1], high: [0, 2]).shape == [.n, 6])
    #expect(concatenate([x, x], axis: -1).shape == [.n, 6])
    #expect(x.sliced(axis: 0).shape == [.n, 3])
    #expect(graph.mistake == nil)
  }

  @Test func piecesThatAreNotThere() {
    expect("axis 0 of size 3 has no elements from 1 to 4 by 1") {
      _ = $0.input("x", [3]).sliced(axis: 0, from: 1, to: 4)
    }
    expect("from -2 to -1 by 1") { _ = $0.input("x", [3]).sliced(axis: 0, from: -5) }
    expect("by 0") { _ = $0.input("x", [3]).sliced(axis: 0, by: 0) }
    expect("the padding must be between 0") {
      _ = $0.input("x", [3]).padded(low: [-1], high: [0])
    }
    expect("the shapes must be equal but for axis 0") {
      _ = concatenate([$0.input("x", [3, 2]), $0.input("y", [3, 3])], axis: 0)
    }
    expect("the number of elements must stay the same, from [2, 3] to [4]") {
      _ = $0.input("x", [2, 3]).reshaped(to: [4])
    }
    expect("from [N, 4] to [2N, 3]") {
      _ = $0.input("x", [.n, 4]).reshaped(to: [Dimension(2, symbol: "N"), 3])
    }
    expect("dimensions must not be negative, found [-2, -3]") {
      _ = $0.input("x", [2, 3]).reshaped(to: [-2, -3])
    }
    expect("clip: the lower bound must not be above the upper, found 2.0 and 1.0") {
      _ = clip($0.input("x"), 2, 1)
    }
    expect("the probability must be between 0 and 1, found 1.5") {
      _ = bernoulli(1.5, [2], stream: .dropout, key: $0.input("key", [4], dtype: .int32))
    }
    expect("the key must be int32[4]") {
      _ = randomNormal([2], stream: .noise, key: $0.input("key", [2], dtype: .int32))
    }
    expect("the indices must be int32") { _ = oneHot($0.input("x", [2]), depth: 3) }
  }

  @Test func aReshapeMayCarrySeveralSymbols() {
    let graph = Graph()
    let x = graph.input("x", [.n, Dimension(symbol: "T"), 6])
    let y = x.reshaped(to: [Dimension(symbol: "T"), Dimension(2, symbol: "N"), 3])
    #expect(y.rank == 3 && graph.mistake == nil)
  }

  @Test func mixingGraphsIsAMistake() {
    let other = Graph().input("y", [2])
    expect("add: all operands must belong to one graph", "one Graph") {
      _ = $0.input("x", [2]) + other
    }
    let empty = concatenate([], axis: 0)
    #expect(empty.isPoison)
    #expect(empty.graph.mistake?.description.contains("it takes at least one operand") == true)
  }

  @Test func declaringTwiceIsAMistake() {
    expect("parameter: 'w' is declared twice", "keep the first tensor and use it twice") {
      _ = $0.parameter("w", [2])
      _ = $0.parameter("w", [2])
    }
    expect("'x' is declared twice") {
      _ = $0.input("x")
      _ = $0.state("x")
    }
    expect("the shape of a parameter must not carry symbols, found [N]") {
      _ = $0.parameter("w", [.n])
    }
  }

  @Test func gradientsWantAScalar() {
    expect(
      "gradients: the output must be a scalar", "hint: sum or average it first, or give `upstream`"
    ) {
      let x = $0.input("x", [3])
      _ = $0.gradient(of: x * 2, with: x)
    }
    expect("the output must be a floating-point number") {
      let x = $0.input("x")
      _ = $0.gradient(of: x .> 0, with: x)
    }
    expect("upstream must have the output's type float32[3]") {
      let x = $0.input("x", [3])
      _ = $0.gradient(of: x * 2, with: x, upstream: $0.input("u", [2]))
    }
    let stranger = Graph().input("y")
    expect("output and targets must belong to this graph") {
      _ = $0.gradient(of: $0.input("x"), with: stranger)
    }
  }

  /// After a mistake every query and every op is total, and nothing adds to the first message.
  @Test func poisonAnswersEverything() throws {
    let graph = Graph()
    let x = graph.input("x", [3])
    let poison = x.sum([7])
    let first = graph.mistake
    #expect(poison.isPoison && poison.op == nil && poison.composites.isEmpty)
    #expect(poison.shape == [] && poison.rank == 0 && poison.dtype == .float32)
    #expect(poison.description == "poison" && poison.expression == "?")
    let followers = [
      poison + x, -poison, exp(poison), poison.sum([3]), poison.mean(), softmax(poison),
      poison.reshaped(to: [9]), poison.transposed(), poison.sliced(axis: 4), poison.squeezed(2),
      poison.expanded(5), poison.padded(low: [1], high: [1]), concatenate([poison, x], axis: 3),
      gather(poison, rows: x), scatterAdd(poison, rows: poison, count: 2), poison.cast(to: .bool),
      select(poison, x, poison), clip(poison, 2, 1), pow(poison, 2), max(poison, 1),
      oneHot(poison, depth: -1), poison.argMax(3), poison.elementCount([2]),
      poison.variance([4]), logSoftmax(poison), matmul(poison, poison), poison .== x, .!poison,
      randomUniform([2], stream: .noise, key: poison),
      bernoulli(7, [2], stream: .noise, key: poison), graph.gradient(of: poison, with: x),
      graph.jacobianVectorProduct(of: poison, with: x, along: x), poison.broadcast(to: [4]),
    ]
    for (position, follower) in followers.enumerated() {
      #expect(follower.isPoison, "follower \(position)")
    }
    #expect(graph.mistake == first)
    #expect(throws: GraphError.self) { try Program(graph, outputs: [("y", x)]) }
    #expect(throws: GraphError.self) { try graph.snapshot() }
  }
}
