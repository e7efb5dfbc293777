import ApusData
import ApusExplain
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct ProbeTests {
  /// The neuron of deck 002·08: z = 0.9·2 + 0.2·3 + 0.3·(−1) + 0.5 = 2.6.
  @Test func aNeuronByHand() throws {
    let neuron = Dense(
      weight: TensorData([0.9, 0.2, 0.3] as [Double], shape: [1, 3]),
      bias: TensorData([0.5] as [Double]), activation: .sigmoid)
    let network = try Network(neuron, inputShape: [3])
    let probe = try NetworkProbe(
      network, features: TensorData([2, 3, -1] as [Double], shape: [1, 3]),
      targets: TensorData([1] as [Double], shape: [1, 1]), loss: .squaredErrorPerRow)
    let layer = try #require(probe.layers.first)
    #expect(layer.activation == "sigmoid")
    #expect(layer.units == 1 && layer.inputs == 3)
    #expect(abs(layer.netInputs[0] - 2.6) < 1e-6)
    #expect(abs(layer.outputs[0] - 0.9308615796566533) < 1e-7)
    // ∂(a−t)²/∂z = 2(a−t)·σ′(z)
    let delta = 2 * (0.9308615796566533 - 1) * 0.06435829917577342
    #expect(abs(layer.netInputGradient[0] - delta) < 1e-7)
    for (gradient, input) in zip(layer.weightGradient, [2.0, 3, -1]) {
      #expect(abs(gradient - delta * input) < 1e-7)
    }
  }

  @Test func gradientsAreThoseOfTheCost() throws {
    let (network, data, _) = try trained("iris", hidden: [5, 4], activation: .sigmoid, epochs: 3)
    let rows = data.dataset.prefix(40)
    let probe = try NetworkProbe(network, on: rows, loss: .softmaxCrossEntropy)
    let batch = try rows.whole(preprocessing: try network.preprocessing, dtype: .float64)
    let cost = try NetworkCost(
      network, loss: .softmaxCrossEntropy, inputs: [batch.features], targets: batch.targets)
    let gradients = try cost.gradient(at: cost.parameters)
    #expect(probe.layers.map(\.name) == ["dense_1", "dense_2", "dense_3"])
    #expect(probe.layers.map(\.activation) == ["sigmoid", "sigmoid", "linear"])
    for layer in probe.layers {
      let expected = try #require(gradients[layer.weightPath]).doubles()
      #expect(zip(expected, layer.weightGradient).allSatisfy { abs($0 - $1) < 1e-9 })
    }
    #expect(abs(try #require(probe.loss) - cost(cost.parameters)) < 1e-9)
  }

  /// A model read from its file has no Swift code; its layers are found by the graph's form.
  @Test(arguments: [
    Activation.relu, .leakyReLU(), .elu(), .gelu, .softplus, .tanh, .sigmoid, .linear,
  ]) func layersOfAModelFileAreFound(activation: Activation) throws {
    let network = try Network(
      Sequential {
        Dense(3, activation: activation)
        Dropout(0.5)
        Dense(2)
      }, inputShape: [4])
    let program = try network.inferenceProgram()
    let copy = try Network(GraphModel(program), inputs: network.inputs)
    let features = TensorData([Double](repeating: 0.3, count: 8), shape: [2, 4])
    for network in [network, copy] {
      let probe = try NetworkProbe(
        network, features: features, targets: TensorData([0, 1] as [Int32]), loss: nil)
      #expect(probe.layers.map(\.activation) == [activation.name, "linear"])
      #expect(probe.layers.map(\.units) == [3, 2])
    }
    let words = NetworkWords.architecture(
      try NetworkProbe(
        network, features: features, targets: TensorData([0, 1] as [Int32]), loss: nil
      ).layers)
    #expect(words == "4-3-2 (\(activation.name), linear)")
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let (network, _, _) = try trained("moons", epochs: 1)
    let digits = try Datasets.load("digits").dataset
    let error = #expect(throws: PictureError.self) {
      try NetworkProbe(network, on: digits, loss: nil)
    }
    #expect(error?.description == "the network takes 2 features, digits has 64")
    #expect(error?.kind == .badData)
    let probe = try NetworkProbe(network, on: try Datasets.load("moons").dataset, loss: nil)
    let unknown = #expect(throws: PictureError.self) { try probe.layer(named: "dense_3") }
    #expect(unknown?.description.contains("Did you mean \"dense_") == true)
  }
}

struct ParameterPlaceTests {
  private let parameters: ParameterStore = {
    var store = ParameterStore()
    store["dense_1.weight"] = TensorData([Double](repeating: 0, count: 6), shape: [2, 3])
    store["dense_1.bias"] = TensorData([0, 0] as [Double])
    return store
  }()

  @Test func placesAreRead() throws {
    let place = try ParameterPlace(parsing: "dense_1[1,2]", in: parameters)
    #expect(place.path == "dense_1.weight" && place.offset == 5)
    #expect("\(place)" == "dense_1.weight[1,2]")
    #expect(try ParameterPlace(parsing: "dense_1.bias[1]", in: parameters).offset == 1)
    #expect(try ParameterPlace(parsing: "dense_1.weight[0, 2]", in: parameters).offset == 2)
  }

  @Test(arguments: [
    ("dense_1", "names no single number"), ("dense_1[2,0]", "has the shape [2, 3]"),
    ("dense_1[1]", "has the shape [2, 3]"), ("dense_1[-1,0]", "has the shape"),
    ("dense_1[a,b]", "has the shape"), ("dens_1[0,0]", "Did you mean \"dense_1\"?"),
    ("[]", "there is no parameter"), ("", "names no single number"),
    ("dense_1[99999999999999999999,0]", "has the shape"),
  ]) func mistakesAreExplained(text: String, explanation: String) {
    let error = #expect(throws: PictureError.self) {
      try ParameterPlace(parsing: text, in: parameters)
    }
    #expect(error?.description.contains(explanation) == true, "\(error?.description ?? "")")
  }
}
