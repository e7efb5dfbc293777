import ApusExplain
import ApusFormats
import ApusGraph
import Testing

/// The numbers of the lectures (fixtures g1–g10), read from the JSON that `apus explain` prints.
struct LectureTests {
  private func explain(_ name: String, row: Int = 1, notation: Notation? = nil) throws -> JSON {
    let explanation = try Preset.named(name).explanation(row: row, notation: notation)
    return try JSON(parsing: explanation.json().text())
  }

  @Test func aLayerAsAMatrix() throws {
    let layer = try explain("deck000.layer")
    #expect(layer.values("Wx") == [18, 24, 27])
    #expect(layer.values("s") == [15, 24, 29])
    #expect(layer.values("F") == [15, 24, 29])
    #expect(try explain("deck000.sum").values("F") == [15, 24, 29])
    #expect(try explain("deck000.neuron").values("F") == [15])
    let parameters = layer["shapes"]?.elements?.filter { $0["role"]?.stringValue == "parameter" }
    #expect(parameters?.compactMap { $0["count"]?.intValue } == [9, 3])
  }

  @Test func theGraphWithNumbersBothWays() throws {
    let names = ["w1", "w2", "x1", "x2", "x3"]
    let winning = try explain("deck000.max")
    #expect(winning.values("F") == [2])
    #expect(names.map(winning.gradient) == [3, 4, 2, -1, 0])
    let losing = try explain("deck000.max-losing")
    #expect(names.map(losing.gradient) == [0, 0, 0, 0, 1])
    let tie = try explain("deck000.max-tie")
    #expect(names.map(tie.gradient) == [1.5, 2, 1, -0.5, 0.5])
  }

  @Test func theNeuron() throws {
    let json = try explain("deck002.neuron")
    #expect(abs(json.values("y_in")[0] - 2.6) < 1e-12)
    #expect(abs(json.values("y")[0] - 0.9308615796566533) < 1e-12)
    #expect(abs(json.gradient("b(y1)") - 0.06435829917577342) < 1e-12)
    let slopes = ["w(x1→y1)", "w(x2→y1)", "w(x3→y1)"].map(json.gradient)
    for (slope, x) in zip(slopes, [2.0, 3, -1]) {
      #expect(abs(slope - 0.06435829917577342 * x) < 1e-12)
    }
  }

  @Test func theChain() throws {
    let json = try explain("deck004.chain")
    #expect(abs(json.values("a")[0] - 0.66) < 1e-12)
    #expect(abs(json.values("C0")[0] - 0.1156) < 1e-12)
    #expect(abs(json.gradient("a") + 0.68) < 1e-12)
    let slope = json.row("z")?["contributions"]?.elements?.first?["local"]?.doubleValue
    #expect(abs(try #require(slope) - 0.2244) < 1e-12)
    #expect(abs(json.gradient("b") + 0.152592) < 1e-12)
    #expect(abs(json.gradient("w") + 0.07324416) < 1e-12)
  }

  @Test func theWorkedExample() throws {
    let json = try explain("deck004.example")
    #expect(json.values("h_in") == [16, -4])
    #expect(abs(json.values("L")[0] - 0.08699208259994781) < 1e-9)
    let expected: [(String, Double, Double)] = [
      ("y1_in", -0.1051877023, 1e-9), ("y2_in", 0.0265490487, 1e-9),
      ("h1", -0.1582857997, 1e-9), ("h2", 0.0268011718, 1e-9),
      ("v(h1→y1)", -0.105187691, 1e-8), ("v(h1→y2)", 0.026549046, 1e-8),
      ("v(h2→y1)", -0.001891928, 1e-8), ("v(h2→y2)", 0.000477517, 1e-8),
      ("w(x1→h2)", 0.001420144, 1e-8), ("w(x2→h2)", 0.000473381, 1e-8),
      ("w(x1→h1)", -5.3e-8, 1e-9), ("w(x2→h1)", -1.8e-8, 1e-9),
    ]
    for (name, value, tolerance) in expected {
      #expect(abs(json.gradient(name) - value) < tolerance, "\(name)")
    }
    let trial = json["step"]?["trials"]?.elements?.first
    #expect(abs(trial?["predicted"]?.doubleValue ?? 0) - 0.081104 < 1e-6)
    #expect(abs((trial?["actual"]?.doubleValue ?? 0) - 0.081280) < 1e-6)
  }

  @Test func theSecondRowOfTheWorkedExample() throws {
    let json = try explain("deck004.example", row: 2)
    #expect(json.values("h_in") == [-14, 23])
    #expect(abs(json.values("L")[0] - 0.330252) < 1e-6)
    #expect(abs(json.gradient("y1_in") - 0.276742) < 1e-6)
    #expect(abs(json.gradient("y2_in") + 0.025031) < 1e-6)
    #expect(abs(json.gradient("v(h2→y1)") - 0.276742) < 1e-6)
  }

  @Test func parametersAndShapes() throws {
    func counts(_ name: String) throws -> [Int] {
      try explain(name)["parameters"]?.elements?.compactMap { $0["count"]?.intValue } ?? []
    }
    #expect(try counts("deck003.mnist") == [23_520, 30, 900, 30, 300, 10])
    #expect(try counts("deck001.mnist") == [13_328, 17, 170, 10])
    #expect(try counts("deck003.xor").reduce(0, +) == 13)
    #expect(try counts("deck002.network") == [12, 16, 12])
    let shapes = try explain("deck001.mnist")["shapes"]?.elements ?? []
    func shape(_ symbol: String) -> [Int]? {
      shapes.first { $0["symbol"]?.stringValue == symbol }?["shape"]?.intValues
    }
    #expect(shape("W[1]") == [17, 784])
    #expect(shape("b[1]") == [17, 1])
    #expect(shape("W[2]") == [10, 17])
    #expect(shape("b[2]") == [10, 1])
    #expect(shape("Z[1]") == [1, 17])
    #expect(shape("A[2]") == [1, 10])
  }

  /// g10, and: every gradient that is printed carries an estimate that agrees.
  @Test(arguments: Preset.all.map(\.name))
  func everyGradientIsProved(_ name: String) throws {
    let preset = try Preset.named(name)
    for row in 1...preset.rows {
      let explanation = try preset.explanation(row: row)
      let largest = explanation.backward.map { $0.gradient.norm }.max() ?? 1
      for row in explanation.backward {
        let gradient = row.gradient.scalar ?? row.gradient.norm
        #expect(abs(gradient - row.estimate.value) < 1e-7 * largest, "\(row.quantity.name)")
        #expect((row.estimate.kind == .gradient) == (row.gradient.scalar != nil))
        let sum = row.contributions.reduce([Double](repeating: 0, count: row.gradient.values.count))
        {
          zip($0, $1.product.values).map(+)
        }
        if !row.contributions.isEmpty {
          for (a, b) in zip(sum, row.gradient.values) { #expect(abs(a - b) <= 1e-12 * largest) }
        }
      }
      for group in explanation.parameters {
        let largest = group.gradients.values.map(abs).max() ?? 0
        #expect(
          abs(group.gradientNorm - group.normEstimate) <= 1e-7 * max(group.gradientNorm, 1e-4))
        for entry in group.entries {
          #expect(
            abs(entry.gradient - entry.estimate) <= 1e-7 * max(largest, 1e-2), "\(entry.name)")
        }
      }
    }
  }

  @Test func aLargeNetworkStaysReadable() throws {
    let explanation = try Preset.named("deck003.mnist").explanation()
    #expect(explanation.text().split(separator: "\n", omittingEmptySubsequences: false).count < 200)
    #expect(
      explanation.backward.allSatisfy { $0.estimate.kind == .norm || $0.gradient.scalar != nil })
    let sorted = explanation.sortedByGradient().parameters[0].entries.map(\.gradient.magnitude)
    #expect(sorted == sorted.sorted(by: >) && sorted.count == 5)
  }

  @Test func theSameNetworkPrintsInEveryNotation() throws {
    var losses: Set<Double> = []
    for notation in Notation.allCases {
      let json = try explain("deck002.network", notation: notation)
      losses.insert(try #require(json["step"]?["before"]?.doubleValue))
      #expect(json["header"]?["notation"]?.stringValue == notation.rules.summary)
      let equations = json["header"]?["equations"]?.stringValues ?? []
      #expect(equations.count == 6)
      let expected: [Notation: String] = [
        .words: "h1_in = x·w1ᵀ", .deck000: "z1 = W1·x", .deck001: "Z[1] = A[0]·W[1]ᵀ",
        .deck002: "z(2) = x·W(1)", .deck003: "z(1) = w(0)·Xᵀ", .deck004: "z(1) = w(1)·a(0)",
      ]
      #expect(equations.first == expected[notation])
    }
    #expect(losses.count == 1)
  }

  @Test func whyIsItZeroHasAnAnswer() throws {
    func notes(_ text: String, _ values: String) throws -> [String] {
      try Expression(text, at: values).explanation().backward.compactMap(\.note)
    }
    #expect(try notes("relu(w*x)", "w=-1,x=2").contains("0: the ReLU of F is off, its slope is 0"))
    #expect(try notes("w*x", "w=-1,x=0").contains("0: it is multiplied by x = 0"))
    #expect(try notes("max(w, x)", "w=1,x=2").contains("0: it loses the max in F"))
    #expect(try notes("step(w)", "w=3").contains("0: step is flat: its slope is 0 everywhere"))
    #expect(try notes("σ(w)", "w=40").contains("0: F is saturated: its slope rounds to 0"))
    #expect(try notes("w − w", "w=4").contains("0: what its uses add cancels exactly"))
    let remarks = try Preset.named("deck004.example").explanation().remarks
    #expect(remarks.contains { $0.kind == .saturation })
    #expect(remarks.contains { $0.kind == .displayedZero })
    let bad = try Expression("log(w − 1)·2", at: "w=1").explanation().remarks
    #expect(bad.first { $0.kind == .badValue }?.text.contains("row 2, v2 by log") == true)
    let product = try Preset.named("deck001.two-layer").explanation().remarks
    #expect(product.contains { $0.kind == .cancellation && $0.text.contains("A[2]_1 − Y_1") })
  }

  @Test func aGraphExplainsItself() throws {
    let graph = Graph()
    let (x1, x2, x3) = (graph.input("x1"), graph.input("x2"), graph.input("x3"))
    let (w1, w2) = (graph.parameter("w1"), graph.parameter("w2"))
    let f = max(w1 * x1 + w2 * x2, x3)
    let explanation = try graph.explanation(
      of: f, feeding: [x1: 3, x2: 4, x3: 1, w1: 2, w2: -1])
    #expect(explanation.parameters.map(\.gradients.values) == [[3], [4]])
    #expect(explanation.description.contains("F = max(v3, x3) = max(2, 1)"))
    let x = graph.input("x", [.n, 2])
    let batch = try graph.explanation(
      of: (x * x).sum(), feeding: [x: TensorData([1.0, 2, 3, 4, 5, 6], shape: [3, 2])])
    #expect(batch.backward.last?.gradient.scalar == 12)
    #expect(throws: (any Error).self) { try graph.explanation(of: f, feeding: [:]) }
  }
}

extension JSON {
  /// The values of the forward rows of a tensor.
  func values(_ tensor: String) -> [Double] {
    self["forward"]?.elements?.filter { $0["quantity"]?["tensor"]?.stringValue == tensor }
      .compactMap { $0["value"]?.doubleValue } ?? []
  }

  /// The backward row of the quantity of a name.
  func row(_ name: String) -> JSON? {
    self["backward"]?.elements?.first { $0["quantity"]?["name"]?.stringValue == name }
  }

  /// The gradient with respect to the quantity of a name.
  func gradient(_ name: String) -> Double { row(name)?["gradient"]?.doubleValue ?? .nan }
}
