import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// Weights that are stored transposed: which they are, and that nobody but the engine sees it.
@Suite struct FirstLayerWeightsTests {
  /// A use of weights `w`, and whether they are then to be stored transposed.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var isTransposed: Bool
    /// Of `w`.
    var shape = [20, 150]
    var build: @Sendable (Use) -> Void
    var testDescription: String { name }
  }

  /// A graph in the making.
  final class Use {
    let graph = Graph()
    let w: Tensor
    let shape: [Int]
    var outputs: [(name: String, tensor: Tensor)] = []
    var updates: [(variable: Tensor, value: Tensor)] = []

    init(_ shape: [Int]) {
      self.shape = shape
      w = graph.parameter("w", Shape(shape))
    }

    /// Rows of an input.
    var rows: Tensor { graph.input("x", [.n, Dimension(shape[1])]) }

    func product(of rows: Tensor) -> Tensor { tanh(matmul(rows, w, transposeB: true)) }

    /// A step of gradient descent on the mean square of what depends on `w`.
    func descend(on y: Tensor, plus penalty: Tensor? = nil, _ rule: (Tensor) -> Tensor = { $0 }) {
      let loss = penalty.map { square(y).mean() + $0 } ?? square(y).mean()
      outputs.append(("loss", loss))
      updates.append((w, rule(w - 0.5 * graph.gradient(of: loss, with: w))))
    }
  }

  static let cases = [
    Case(name: "prediction", isTransposed: true) { $0.outputs = [("y", $0.product(of: $0.rows))] },
    Case(name: "descent", isTransposed: true) { $0.descend(on: $0.product(of: $0.rows)) },
    Case(name: "pictures", isTransposed: true) {
      let x = $0.graph.input("x", [.n, 10, 15])
      $0.descend(on: $0.product(of: x.reshaped(to: [.n, 150])))
    },
    Case(name: "the narrowest", isTransposed: true, shape: [12, 128]) {
      $0.descend(on: $0.product(of: $0.rows))
    },
    Case(name: "the widest", isTransposed: true, shape: [64, 128]) {
      $0.descend(on: $0.product(of: $0.rows))
    },
    Case(name: "a penalty", isTransposed: true) {
      $0.descend(on: $0.product(of: $0.rows), plus: 0.01 * square($0.w).sum() + abs($0.w).mean())
    },
    Case(name: "limited numbers", isTransposed: true) {
      $0.descend(on: $0.product(of: $0.rows)) { clip($0, -0.1, 0.1) }
    },
    Case(name: "a bias beside", isTransposed: true) {
      let b = $0.graph.parameter("b", [20])
      $0.descend(on: $0.product(of: $0.rows) + b) { $0 + b.reshaped(to: [20, 1]) }
    },
    Case(name: "a number for each input", isTransposed: true) {
      let scale = $0.graph.state("scale", [150])
      $0.descend(on: $0.product(of: $0.rows)) { $0 * scale }
    },
    Case(name: "too few outputs", isTransposed: false, shape: [7, 150]) {
      $0.descend(on: $0.product(of: $0.rows))
    },
    Case(name: "too many outputs", isTransposed: false, shape: [65, 150]) {
      $0.descend(on: $0.product(of: $0.rows))
    },
    Case(name: "too few inputs", isTransposed: false, shape: [20, 127]) {
      $0.descend(on: $0.product(of: $0.rows))
    },
    Case(name: "one output", isTransposed: false, shape: [1, 150]) {
      let scale = $0.graph.state("scale", [150])
      $0.descend(on: $0.product(of: $0.rows)) { $0 * scale }
    },
    Case(name: "a hidden layer", isTransposed: false) {
      $0.descend(on: $0.product(of: relu($0.rows)))
    },
    Case(name: "rows of rows", isTransposed: false) {
      $0.descend(on: $0.product(of: $0.graph.input("x", [.n, 3, 150])))
    },
    Case(name: "weights used twice", isTransposed: false) {
      let x = $0.rows
      $0.descend(on: $0.product(of: matmul($0.product(of: x), $0.w)))
    },
    Case(name: "products with two inputs", isTransposed: false) {
      let other = $0.graph.input("other", [.n, 150])
      $0.descend(on: $0.product(of: $0.rows) * $0.product(of: other))
    },
    Case(name: "weights read the other way", isTransposed: false) {
      $0.descend(on: matmul($0.graph.input("x", [.n, 20]), $0.w))
    },
    Case(name: "weights read transposed", isTransposed: false) {
      let y = $0.product(of: $0.rows)
      $0.descend(on: y, plus: $0.w.transposed().sliced(axis: 0, to: 3).sum())
    },
    Case(name: "an output", isTransposed: false) {
      $0.descend(on: $0.product(of: $0.rows))
      $0.outputs.append(("w", $0.w * 2))
    },
    Case(name: "norms of rows", isTransposed: false) {
      $0.descend(on: $0.product(of: $0.rows)) {
        $0 / sqrt(square($0).sum([1], keepDimensions: true))
      }
    },
    Case(name: "rows picked", isTransposed: false) {
      let rows = $0.graph.constant(TensorData([1, 3] as [Int32]))
      $0.descend(on: $0.product(of: $0.rows), plus: gather($0.w, rows: rows).sum())
    },
    Case(name: "numbers from outside", isTransposed: false) {
      let noise = $0.graph.input("noise", Shape($0.shape))
      $0.descend(on: $0.product(of: $0.rows)) { $0 + noise }
    },
    Case(name: "a stack of matrices", isTransposed: false) {
      let stack = $0.graph.parameter("stack", [2, 20, 150])
      $0.descend(on: $0.product(of: $0.rows), plus: (stack * $0.w).sum())
    },
  ]

  private func program(_ test: Case, _ dtype: DType = .float32) throws -> Program {
    let use = Use(test.shape)
    test.build(use)
    let program = try Program(use.graph, outputs: use.outputs, updates: use.updates)
    return dtype == .float32 ? program : try Retype(.float32, to: dtype).run(program)
  }

  @Test(arguments: cases) func theRuleFindsThem(_ test: Case) throws {
    for dtype in [DType.float32, .float64] {
      let layout = try VariableLayout(program(test, dtype))
      #expect(layout["w"]?.isTransposed == test.isTransposed)
      #expect(layout["w"]?.shape == test.shape)
    }
  }

  /// Whatever is transposed, and whether the rule would have it so: the numbers are the same.
  @Test(arguments: cases) func allProgramsKeepTheirNumbers(_ test: Case) throws {
    for dtype in [DType.float32, .float64] {
      let program = try program(test, dtype)
      var plain = VariableLayout()
      for variable in program.variables { plain.add(variable.path, variable.type) }
      let inputs = program.inputs.enumerated().map { index, input in
        DenseNetwork.noise(input.op.type.shape.bound(to: ["N": 9]) ?? [], index, spread: 1)
      }
      let values = Dictionary(
        uniqueKeysWithValues: plain.slots.enumerated().map { index, slot in
          (slot.path, DenseNetwork.noise(slot.shape, 50 + index, spread: 0.3))
        })
      let expected = try ReferenceEngine().outputs(
        of: program, inputs: inputs, variables: values, layout: plain)
      var transposed = plain
      for slot in plain.slots where slot.shape.count == 2 { transposed.transpose(slot.path) }
      var only = plain
      only.transpose("w")
      for layout in [transposed, only] {
        for engine in [FastEngine(), ReferenceEngine()] as [any Engine] {
          let found = try engine.outputs(
            of: program, inputs: inputs, variables: values, layout: layout)
          for (found, expected) in zip(
            found.outputs + found.variables, expected.outputs + expected.variables)
          {
            try found.expectClose(
              to: expected, within: dtype == .float32 ? 4e-6 : 1e-12, "\(engine.name), \(dtype)")
          }
        }
      }
    }
  }

  @Test func theRuleLooksAtAllPrograms() throws {
    let descent = Self.cases[1]
    #expect(descent.name == "descent")
    let training = try program(descent)
    let other = Use([20, 150])
    let columns = try Program(other.graph, outputs: [("y", other.w.sum([0]))])
    #expect(VariableLayout(training, columns)["w"]?.isTransposed == false)
    let empty = try Program(Graph(), outputs: [])
    #expect(VariableLayout(training, empty)["w"]?.isTransposed == true)
    let looking = try program(#require(Self.cases.first { $0.name == "an output" }))
    #expect(VariableLayout(training, looking)["w"]?.isTransposed == false)
  }

  /// What is dead in a program does not count.
  @Test func deadNodesDoNotMatter() throws {
    let use = Use([20, 150])
    use.outputs = [("y", use.product(of: use.rows))]
    _ = use.w.transposed() + 1
    let program = try Program(use.graph, outputs: use.outputs)
    #expect(VariableLayout(program)["w"]?.isTransposed == true)
  }

  @Test func onlyTheFirstLayerIsTransposed() throws {
    let network = DenseNetwork(sizes: [784, 30, 30, 10], batch: 32)
    let transposed = network.layout.slots.filter(\.isTransposed).map(\.path)
    #expect(transposed == ["dense_1.weight"])
    // A batch as large as the layer is wide gives other matrices of the weights' shape.
    for batch in [1, 30] {
      try DenseNetwork(sizes: [784, 30, 30, 10], batch: batch).compare(threads: 2)
    }
  }
}

/// Matrices that are stored with their axes exchanged, as everybody but the engine sees them: as they are.
@Suite struct TransposedStorageTests {
  @Test(
    arguments: [
      [1, 1], [1, 5], [5, 1], [3, 5], [16, 16], [17, 33], [30, 784], [64, 131], [0, 4],
    ],
    [DType.float32, .float64, .bfloat16, .int32, .uint8, .bool])
  func whatIsWrittenIsRead(shape: [Int], dtype: DType) throws {
    var layout = VariableLayout()
    layout.add("before", TensorType([3]))
    layout.add("w", TensorType(Shape(shape), dtype))
    layout.add("after", TensorType([3]))
    layout.transpose("w")
    let storage = VariableStorage(layout)
    let count = shape[0] * shape[1]
    let value = TensorData(
      doubles: (0..<count).map { Double($0 % 251) }, shape: shape, dtype: dtype)
    try storage.write(value, to: "w")
    #expect(storage.read("w") == value)
    var other = TensorData(zeros: shape, dtype: dtype)
    storage.read("w", into: &other)
    #expect(other == value)
    #expect(storage.isFinite("w"))
    #expect(storage.read("before")?.doubles() == [0, 0, 0])
    #expect(storage.read("after")?.doubles() == [0, 0, 0])
    let slot = try #require(layout["w"])
    let numbers = value.doubles()
    let turned = (0..<count).map { numbers[$0 % max(shape[0], 1) * shape[1] + $0 / shape[0]] }
    let bytes = TensorData(doubles: turned, shape: [count], dtype: dtype).withUnsafeBytes {
      Array($0)
    }
    #expect(Array(storage.bytes[slot.offset..<slot.offset + slot.byteCount]) == bytes)
    #expect(throws: VariableError.shape(path: "w", expected: shape, found: [count + 1])) {
      try storage.write(TensorData(zeros: [count + 1], dtype: dtype), to: "w")
    }
  }
}
