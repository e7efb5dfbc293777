import ApusEngine
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Deck 003: a 2-3-1 network of sigmoids on XOR, squared error summed per row and divided by rows.
struct NumericGradientTests {
  let x = TensorData([0.0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])
  let y = TensorData([0.0, 1, 1, 0], shape: [4, 1])
  let network: Network
  let cost: NetworkCost

  init() throws {
    let model = Sequential {
      Dense(3, activation: .sigmoid)
      Dense(1, activation: .sigmoid)
    }
    network = try Network(model, inputShape: [2], seed: 3)
    cost = try NetworkCost(network, loss: .squaredErrorPerRow, inputs: [x], targets: y)
  }

  private func error(_ numeric: NumericGradient) throws -> Double {
    let estimate = try numeric.estimate(at: cost.parameters) { try cost($0) }
    let exact = try cost.gradient(at: cost.parameters)
    return drift(
      estimate.gradients.entries.flatMap { $0.value.doubles() },
      from: exact.entries.flatMap { $0.value.doubles() })
  }

  @Test func thirteenParametersTakeFourteenEvaluations() throws {
    #expect(cost.parameters.count == 13)
    let forward = try NumericGradient().estimate(at: cost.parameters) { try cost($0) }
    #expect(forward.evaluations == 14)
    #expect(cost.evaluations == 14)
    #expect(try NumericGradient().evaluations(parameters: 13) == 14)
    #expect(try forward.cost == cost(cost.parameters))
    let central = try NumericGradient(.central).estimate(at: cost.parameters) { try cost($0) }
    #expect(central.evaluations == 26)
    #expect(central.cost == nil)
  }

  @Test func agreesWithBackpropagation() throws {
    #expect(try error(NumericGradient()) < 1e-6)
    #expect(try error(NumericGradient(.central)) < 1e-9)
  }

  /// Too large a step errs by curvature, too small a one by rounding.
  @Test func theErrorHasAValley() throws {
    let errors = try [1e-3, 1e-7, 1e-14].map { try error(NumericGradient(epsilon: $0)) }
    #expect(errors[1] < errors[0] / 100)
    #expect(errors[1] < errors[2] / 100)
  }

  @Test func estimatingChangesNothing() throws {
    let before = cost.parameters
    _ = try NumericGradient().estimate(at: before) { try cost($0) }
    #expect(before == cost.parameters)
  }

  @Test func descentFollowsBackpropagation() throws {
    var trained = network
    let run = try NumericGradientDescent(learningRate: 1).train(
      &trained, loss: .squaredErrorPerRow, inputs: [x], targets: y, epochs: 50)
    var exact = cost.parameters
    var errors: [Double] = []
    for _ in 0..<50 {
      let slopes = try cost.gradient(at: exact)
      for entry in exact.entries {
        let slope = try #require(slopes[entry.path]).doubles()
        exact[entry.path] = TensorData(
          zip(entry.value.doubles(), slope).map { $0 - $1 }, shape: entry.value.shape)
      }
      errors.append(try cost(exact))
    }
    #expect(run.evaluations == 50 * 14 + 1)
    #expect(drift(run.errors, from: errors) < 1e-5)
    #expect(errors[49] < errors[0])
    for entry in exact.entries {
      let found = try #require(trained.parameters[entry.path])
      #expect(found.dtype == .float32)
      #expect(drift(found.doubles(), from: entry.value.doubles()) < 1e-5)
    }
  }

  @Test func settingsAndShapesAreChecked() {
    #expect(
      message { _ = try NumericGradient(epsilon: 0) }
        == "numeric gradient: epsilon must be positive, found 0.0")
    #expect(message { _ = try NumericGradientDescent(learningRate: -1) }?.contains("rate") == true)
    func cost(_ x: TensorData, _ y: TensorData) -> String? {
      message {
        _ = try NetworkCost(network, loss: .squaredErrorPerRow, inputs: [x], targets: y)
      }
    }
    #expect(
      cost(TensorData([1.0, 2, 3], shape: [1, 3]), TensorData([1.0], shape: [1, 1])) != nil)
    #expect(cost(x, TensorData([1.0], shape: [1, 1]))?.contains("'x'") == true)
    #expect(cost(x, TensorData(scalar: 1.0))?.contains("'targets'") == true)
  }
}
