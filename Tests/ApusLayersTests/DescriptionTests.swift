import ApusGraph
import ApusLayers
import Testing

@Test func descriptionReadsBackToTheSameLayers() throws {
  let model = Sequential {
    Normalization(fittedTo: TensorData([1, 2, 3, 4] as [Float], shape: [2, 2]))
    Dense(8, activation: .leakyReLU(slope: 0.2), weightInitializer: .heNormal)
    Residual {
      Dense(8, usesBias: false)
      Dropout(0.1)
    }
    GaussianNoise(standardDeviation: 0.5)
    Reshape(2, 4)
    Flatten()
    Activation.selu
    Dense(3)
  }
  let description = LayerDescription(of: model)
  let again = try #require(try description.layer() as? Sequential)
  #expect(LayerDescription(of: again) == description)
  let (first, second) = (
    try Network(model, inputShape: [2], seed: 5), try Network(again, inputShape: [2], seed: 5)
  )
  #expect(first.parameters == second.parameters && first.states == second.states)
}

@Test func mistakesInADescriptionNameThePlace() throws {
  func text(_ description: LayerDescription) -> String? {
    message { _ = try description.layer(at: "layers[0]") }
  }
  #expect(
    text(LayerDescription(kind: "dens"))
      == "layers[0]: there is no layer kind \"dens\"; hint: Did you mean \"dense\"?")
  #expect(
    text(LayerDescription(kind: "dense"))
      == "layers[0].units: it is missing; it must be a whole number")
  #expect(
    text(
      LayerDescription(kind: "dense", settings: ["units": .integer(3), "activaton": .text("relu")]))
      == "layers[0].activaton: there is no such setting; hint: Did you mean \"activation\"?")
  #expect(
    text(LayerDescription(kind: "dense", settings: ["units": .integer(0)]))
      == "layers[0].units: it must be positive, found 0")
  let nested = LayerDescription(
    kind: "residual",
    children: [
      LayerDescription(
        kind: "dense", settings: ["units": .integer(3), "activation": .text("rleu")])
    ])
  #expect(
    text(nested)?.hasPrefix("layers[0].layers[0].activation: there is no activation \"rleu\"")
      == true)
}
