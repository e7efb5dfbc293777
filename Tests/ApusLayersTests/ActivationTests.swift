import ApusEngine
import ApusGraph
import ApusLayers
import Testing

/// Names in the fixture file and the activation each stands for.
private let cases: [(fixture: String, activation: Activation)] = [
  ("step", .step), ("linear", .linear), ("sigmoid", .sigmoid), ("hardSigmoid", .hardSigmoid),
  ("tanh", .tanh), ("relu", .relu), ("leakyReLU", .leakyReLU()),
  ("leakyReLU_0.3", .leakyReLU(slope: 0.3)), ("elu", .elu()), ("elu_0.5", .elu(alpha: 0.5)),
  ("selu", .selu), ("gelu", .gelu), ("geluTanh", .geluTanh), ("silu", .silu),
  ("softplus", .softplus), ("softsign", .softsign), ("mish", .mish),
]

/// Builds one layer on a Float64 vector without a batch.
private struct Probe: Model {
  let activation: Activation
  func callAsFunction(_ inputs: [Tensor], in scope: Scope) -> [Tensor] {
    [activation(inputs[0], in: scope)]
  }
}

private func build(_ activation: Activation, columns: Int) throws -> BuiltModel {
  try Probe(activation: activation).build(
    for: [InputSpec(shape: [columns], dtype: .float64)], mode: .inference)
}

@Test(arguments: cases.indices)
func activationGivesValueAndSlopeOfTheReference(_ index: Int) throws {
  let (name, activation) = cases[index]
  let file = try fixture("layers/activations.safetensors")
  let x = try file.tensor("x")
  let built = try build(activation, columns: x.count)
  let slope = built.graph.gradient(of: built.outputs[0].sum(), with: built.inputs[0])
  let values = try built.graph.evaluate(
    [built.outputs[0], slope], feeding: [built.inputs[0]: x.reshaped(to: [1, x.count])])
  expectClose(values[0].reshaped(to: x.shape), try file.tensor("\(name).value"), "\(name)")
  // PyTorch's derivative of the hard sigmoid is 1/6 rounded to Float32.
  expectClose(
    values[1].reshaped(to: x.shape), try file.tensor("\(name).derivative"),
    tolerance: name == "hardSigmoid" ? 1e-7 : 1e-12, "\(name)'")
}

@Test(arguments: [("softmax", Activation.softmax), ("logSoftmax", .logSoftmax)])
func rowActivationGivesValueAndGradientOfTheReference(
  _ name: String, _ activation: Activation
) throws {
  let file = try fixture("layers/activations.safetensors")
  let built = try build(activation, columns: 4)
  let cotangent = built.graph.input("cotangent", [.n, 4], dtype: .float64)
  let gradient = built.graph.gradient(
    of: (built.outputs[0] * cotangent).sum(), with: built.inputs[0])
  let values = try built.graph.evaluate(
    [built.outputs[0], gradient],
    feeding: [
      built.inputs[0]: try file.tensor("\(name).x"),
      cotangent: try file.tensor("\(name).cotangent"),
    ])
  expectClose(values[0], try file.tensor("\(name).value"))
  expectClose(values[1], try file.tensor("\(name).gradient"))
}

@Test func preluLearnsOneSlopePerColumn() throws {
  let file = try fixture("layers/activations.safetensors")
  let graph = Graph()
  let x = graph.input("x", [6, 4], dtype: .float64)
  let slope = graph.input("slope", [4], dtype: .float64)
  let y = prelu(x, slope: slope)
  let total = (y * graph.constant(try file.tensor("prelu.cotangent"))).sum()
  let values = try graph.evaluate(
    [y] + graph.gradients(of: total, with: [x, slope]),
    feeding: [x: try file.tensor("prelu.x"), slope: try file.tensor("prelu.alpha")])
  expectClose(values[0], try file.tensor("prelu.value"))
  expectClose(values[1], try file.tensor("prelu.gradient"))
  expectClose(values[2], try file.tensor("prelu.alphaGradient"))
  let network = try Network(Dense(4, activation: .prelu()), inputShape: [3])
  #expect(network.parameters.paths == ["weight", "bias", "slope"])
  #expect(network.parameters["slope"]?.doubles() == [0.25, 0.25, 0.25, 0.25])
}

@Test func activationsAreFoundByName() throws {
  for name in ActivationList.names { #expect(try Activation.named(name).name == name) }
  #expect(try Activation.named("Leaky-ReLU").name == "leaky_relu")
  let text = message { _ = try Activation.named("rleu") }
  #expect(text?.hasPrefix("there is no activation \"rleu\". Did you mean \"relu\"?") == true)
  let steep = try Activation.named("leaky_relu(0.5)")
  #expect(steep.attributes["slope"] == .real(0.5))
  #expect(steep.text == "leaky_relu(0.5)")
  #expect(message { _ = try Activation.named("relu(1)") } == "relu takes no settings")
  #expect(message { _ = try Activation.named("elu(x)") } == "\"elu(x)\": \"x\" is not a number")
}
