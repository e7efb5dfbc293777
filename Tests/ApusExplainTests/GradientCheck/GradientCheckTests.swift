import ApusData
import ApusEngine
import ApusExplain
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// sin(x) as an op of a user, with a derivative that is twice too large.
private struct Bent: Primitive, AttributeFree {
  static let name = "bent"

  func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType { inputs[0] }

  func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * 2 * cos(site.inputs[0])
  }

  func formula(_ operands: [String]) -> String { "bent(\(operands[0]))" }

  static var examples: [OpExample] { [OpExample(Bent(), TensorData([0.5, -2]))] }
}

extension Bent: ReferenceKernel {
  func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    let graph = Graph()
    let x = graph.constant(inputs[0])
    return (try? graph.evaluate([sin(x)])[0]) ?? inputs[0]
  }
}

struct GradientCheckTests {
  private func lectureNetwork() throws -> Network {
    try Network(
      Sequential {
        Dense(3, activation: .sigmoid)
        Dense(1, activation: .sigmoid)
      }, inputShape: [2], seed: 3)
  }

  /// Fixture g8: counted, not computed.
  @Test func thirteenParametersTakeFourteenForwardPasses() throws {
    let network = try lectureNetwork()
    let data = try Generators.deck003()
    let cost = try NetworkCost(network, loss: .squaredErrorPerRow, on: data)
    _ = try NumericGradient(.forward).estimate(at: cost.parameters) { try cost($0) }
    let report = try GradientCheck().run(network, loss: .squaredErrorPerRow, on: data)
    #expect(report.effort.parameters == 13)
    #expect(report.effort.forwardPasses(.forward) == cost.evaluations && cost.evaluations == 14)
    _ = try NumericGradient(.central).estimate(at: cost.parameters) { try cost($0) }
    #expect(report.effort.forwardPasses(.central) == cost.evaluations - 14)
    #expect(report.effort.forwardPasses(.central) == 26)
    #expect(report.effort.forwardPasses(.forward, parameters: 1_000_000) == 1_000_001)
    #expect(report.text.contains("1 forward + 1 backward") && report.text.contains("14 forward"))
    #expect(report.json["effort"]?["passes"]?["forward_difference"]?.intValue == 14)
  }

  @Test func everyNumberOfASmallNetworkAgrees() throws {
    let report = try GradientCheck().run(
      try lectureNetwork(), loss: .squaredErrorPerRow, on: try Generators.deck003())
    try report.requireSuccess()
    #expect(report.tensors.map(\.path).count == 4)
    #expect(report.tensors.flatMap(\.lines).count == 13)
    #expect(report.tensors.allSatisfy { $0.checksEveryEntry && $0.kinks == 0 })
    // Fixture g10's bound.
    #expect(report.tensors.allSatisfy { ($0.worst?.relativeError ?? 1) < 1e-7 })
  }

  /// LESSONS 1.6 F: float64 forward differences are best near 1e-7, central ones near 1e-5.
  @Test func theErrorIsAValley() throws {
    let valley = try GradientCheck().run(
      try lectureNetwork(), loss: .squaredErrorPerRow, on: try Generators.deck003()
    ).valley
    func method(_ precision: DType, _ difference: NumericGradient.Difference) -> [Double] {
      valley.methods.first { $0.precision == precision && $0.difference == difference }?.errors
        ?? []
    }
    let (forward, central) = (method(.float64, .forward), method(.float64, .central))
    #expect(valley.checksEveryEntry && valley.epsilons.count == forward.count)
    let bests = valley.methods.map { valley.epsilons[$0.best] }
    #expect((1e-9...1e-6).contains(bests[0]) && (1e-6...1e-4).contains(bests[1]))
    #expect((forward.min() ?? 1) < 1e-6 && (central.min() ?? 1) < 1e-9)
    // Float32 has a floor a thousand times higher, at a larger step.
    #expect(bests[2] > bests[0] && (method(.float32, .forward).min() ?? 0) > 1e-5)
    #expect(forward[2] > 100 * forward[6] && forward[13] > 100 * forward[6])
  }

  @Test func aLargeTensorIsCheckedAlongARandomDirection() throws {
    let data = try Datasets.digits().prefix(8)
    let network = try Network(
      Sequential {
        Dense(30, activation: .tanh)
        Dense(10)
      }, for: data, seed: 1)
    let report = try GradientCheck().run(network, loss: .softmaxCrossEntropy, on: data)
    try report.requireSuccess()
    let first = try #require(report.tensors.first)
    #expect(first.count == 1920 && !first.checksEveryEntry)
    #expect(first.lines.map(\.placeText).contains("a random direction"))
    #expect(first.lines.count == 2 && abs(first.lines[1].slope) > 0)
    #expect(report.text.contains("seed 0"))
    var other = GradientCheck()
    other.seed = 1
    #expect(
      try other.run(network, loss: .softmaxCrossEntropy, on: data).tensors[0].lines[1].slope
        != first.lines[1].slope)
  }

  @Test func aWrongDerivativeIsFound() throws {
    let network = try Network(
      Sequential {
        Dense(3, activation: .tanh)
        Lambda("bent") { $0.graph.apply(Bent(), to: [$0]) }
        Dense(1)
      }, inputShape: [2], seed: 1)
    let report = try GradientCheck().run(
      network, loss: .meanSquaredError, on: try Generators.deck003())
    #expect(!report.passes)
    // Behind the op everything is right.
    #expect(
      report.tensors.filter { !$0.passes }.map(\.path) == ["dense_1.weight", "dense_1.bias"])
    #expect(report.text.contains("WRONG at") && report.text.contains("2.000 times the difference"))
    #expect {
      try report.requireSuccess()
    } throws: { error in
      (error as? GradientMismatch)?.kind == .other && "\(error)".contains("dense_1.weight")
    }
  }

  /// A lambda whose value and derivative disagree.
  @Test func aLambdaThatHidesAPartIsFound() throws {
    let network = try Network(
      Sequential {
        Dense(2, activation: .tanh)
        Lambda { $0 + stopGradient(square($0)) }
        Dense(1)
      }, inputShape: [2], seed: 1)
    let report = try GradientCheck().run(
      network, loss: .meanSquaredError, on: try Generators.deck003())
    #expect(!report.passes)
  }

  /// Biases 0 and the row (0, 0): every hidden unit stands exactly at ReLU's kink.
  @Test func aKinkIsNoMistake() throws {
    let network = try Network(
      Sequential {
        Dense(3, activation: .relu)
        Dense(2)
      }, inputShape: [2], seed: 0)
    let report = try GradientCheck().run(
      network, loss: .softmaxCrossEntropy, on: try Generators.xor())
    try report.requireSuccess()
    #expect(report.tensors.first { $0.path == "dense_1.bias" }?.kinks == 3)
    #expect(report.text.contains("ReLU at exactly 0"))
    #expect(report.valley.methods[1].errors.min() ?? 1 < 1e-8)
  }

  @Test func whatCannotBeCheckedSaysWhy() throws {
    let data = try Generators.deck003()
    #expect(throws: GradientCheckError.self) {
      let flat = try Network(Lambda { tanh($0) }, inputShape: [2])
      _ = try GradientCheck().run(
        flat, loss: .meanSquaredError, on: try Generators.deck004())
    }
    #expect(throws: LossMismatch.self) {
      _ = try GradientCheck().run(try lectureNetwork(), loss: .softmaxCrossEntropy, on: data)
    }
  }

  /// Fixture g10: backpropagation against central differences on every row of every worked example.
  @Test(arguments: Preset.all.filter { $0.name != "deck000.sum" })
  func everyPresetsGradientIsRight(_ preset: Preset) throws {
    var check = GradientCheck()
    check.tolerance = 1e-7
    for row in 1...preset.rows {
      let report = try check.run(preset, row: row)
      try report.requireSuccess()
      #expect(report.settings.epsilon == 1e-5 && report.tensors.count > 0)
      #expect(report.tensors.flatMap(\.lines).allSatisfy { $0.verdict == .agrees })
      // Some gradient is there to be checked, but where x3 wins.
      let largest = report.tensors.map(\.largestGradient).max() ?? 0
      #expect((largest > 1e-3) != (preset.name == "deck000.max-losing"))
    }
  }

  @Test func aSumOfConstantsHasNothingToCheck() throws {
    #expect(throws: GradientCheckError.self) {
      try GradientCheck().run(try Preset.named("deck000.sum"))
    }
  }

  @Test func anExpressionIsChecked() throws {
    let report = try GradientCheck().run(Expression("sin(w*x)^2", at: "w=0.5, x=3"))
    #expect(report.tensors.map(\.path) == ["w"] && report.passes)
    #expect(report.text.contains("F = sin(w*x)^2.") && report.text.contains("It agrees."))
    // Of a vector it is the sum of its numbers.
    let vector = try GradientCheck().run(Expression("W@x", at: "W=[[1,2],[3,4]], x=[1;-1]"))
    #expect(vector.cost == -2 && vector.passes && vector.text.contains("the sum of F"))
    let bent = try GradientCheck().run(Expression("relu(w)", at: "w=0"))
    #expect(bent.passes && bent.tensors[0].lines[0].verdict == .kink)
  }

  @Test func aCostThatIsNoNumberIsRefused() throws {
    let error = #expect(throws: GradientCheckError.self) {
      try GradientCheck().run(Expression("log(x)", at: "x=-1"))
    }
    #expect(error?.description.contains("J is NaN") == true)
  }
}
