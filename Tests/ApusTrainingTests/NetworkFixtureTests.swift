import ApusData
import ApusEngine
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Two whole networks by PyTorch in Float64: prediction, loss, gradients and ten steps of Adam;
/// see Tests/Fixtures/README.md.
struct NetworkFixtureTests {
  static let tabular = Sequential {
    Dense(8, activation: .tanh)
    Dense(3)
  }
  static let residual = Sequential {
    Dense(7, activation: .relu)
    Residual {
      Dense(9, activation: .tanh)
      Dense(7)
    }
    Dense(3)
  }

  private func loss(_ name: String) -> any Loss {
    name == "tabular" ? .softmaxCrossEntropy : .meanSquaredError
  }

  /// The fixture's names have dots where paths have slashes.
  private func path(_ name: String) -> String {
    name.hasPrefix("residual_1.") ? "residual_1/" + name.dropFirst("residual_1.".count) : name
  }

  private func network(_ name: String, _ file: Safetensors) throws -> Network {
    let x = try #require(file["x"])
    var network = try Network(
      name == "tabular" ? Self.tabular : Self.residual, inputShape: [x.shape[1]])
    for (key, value) in tensors("initial/", of: file) {
      #expect(network.parameters[key]?.shape == value.shape, "\(key)")
      network.parameters[key] = value
    }
    return network
  }

  private func tensors(_ prefix: String, of file: Safetensors) -> [(String, TensorData)] {
    file.tensors.filter { $0.name.hasPrefix(prefix) }.map {
      (path(String($0.name.dropFirst(prefix.count))), $0.data)
    }
  }

  private func targets(_ name: String, _ file: Safetensors) throws -> TensorData {
    let found = try #require(file[name == "tabular" ? "labels" : "target"])
    return name == "tabular" ? found.converted(to: .int32) : found
  }

  @Test(arguments: ["tabular", "residual"]) func predictionAndGradients(name: String) throws {
    let file = try fixtureTensors("networks/\(name).safetensors")
    let network = try network(name, file)
    var trained = network
    for (path, value) in tensors("step_10/", of: file) { trained.parameters[path] = value }
    let x = try #require(file["x"])
    for (engine, precision, limit) in [
      (ReferenceEngine() as any Engine, DType.float64, 1e-12), (FastEngine(), .float64, 1e-12),
      (ReferenceEngine(), .float32, 1e-6), (FastEngine(), .float32, 1e-6),
    ] {
      let predictor = try Predictor(trained, engine: engine, precision: precision)
      let found = try predictor.predict(x).doubles()
      let expected = try #require(file["prediction"]).doubles()
      #expect(drift(found, from: expected) < limit, "\(engine.name) \(precision)")
    }
    let cost = try NetworkCost(
      network, loss: loss(name), inputs: [x], targets: try targets(name, file))
    #expect(drift([try cost(cost.parameters)], from: try #require(file["loss"]).doubles()) < 1e-12)
    let gradients = try cost.gradient(at: cost.parameters)
    let expected = tensors("gradient/", of: file)
    #expect(expected.count == gradients.entries.count)
    for (path, gradient) in expected {
      let found = try #require(gradients[path]).doubles()
      #expect(drift(found, from: gradient.doubles()) < 1e-11, "\(path)")
    }
  }

  @Test(
    arguments: ["tabular", "residual"], [ReferenceEngine(), FastEngine()] as [any Engine])
  func tenStepsOfAdam(name: String, engine: any Engine) throws {
    let file = try fixtureTensors("networks/\(name).safetensors")
    let batch = Batch(
      features: try #require(file["x"]), targets: try targets(name, file))
    for (precision, limit) in [(DType.float64, 1e-10), (.float32, 1e-5)] {
      let step = try TrainingStep(
        network(name, file), loss: loss(name),
        rule: UpdateRule(optimizer: Adam(learningRate: 0.01)), engine: engine,
        precision: precision)
      let losses = try (0..<10).map { _ in try step(batch).loss }
      #expect(drift(losses, from: try #require(file["losses"]).doubles()) < limit)
      for (path, value) in tensors("step_10/", of: file) {
        let found = try #require(step.network.parameters[path]).doubles()
        #expect(drift(found, from: value.doubles()) < limit, "\(path) \(precision)")
      }
    }
  }
}
