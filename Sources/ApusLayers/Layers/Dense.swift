public import ApusGraph

/// A fully connected layer: z = x · weightᵀ + bias, then an activation.
///
/// Input [N, inputs], output [N, units]; `weight` is [units, inputs], so its rows are the neurons;
/// `bias` is [units].
public struct Dense: Layer {
  public let units: Int
  public let activation: Activation
  public let usesBias: Bool
  public let weightInitializer: any Initializer
  public let biasInitializer: any Initializer

  public init(
    _ units: Int, activation: Activation = .linear, usesBias: Bool = true,
    weightInitializer: any Initializer = .glorotUniform, biasInitializer: any Initializer = .zeros
  ) {
    self.units = units
    self.activation = activation
    self.usesBias = usesBias
    self.weightInitializer = weightInitializer
    self.biasInitializer = biasInitializer
  }

  /// A layer that starts from given numbers: `weight` [units, inputs] and `bias` [units].
  public init(weight: TensorData, bias: TensorData? = nil, activation: Activation = .linear) {
    self.init(
      weight.shape.first ?? 0, activation: activation, usesBias: bias != nil,
      weightInitializer: .values(weight),
      biasInitializer: bias.map { GivenValues($0) } ?? ConstantInitializer(0))
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    guard units > 0 else {
      return scope.mistake("dense", "the number of units must be positive, got \(units)")
    }
    guard x.rank == 2, let inputs = x.shape[1].constant, inputs > 0 else {
      return scope.mistake(
        "dense", "its input must be rows of features [N, features]",
        hint: "put Flatten() before it",
        inputs: [x])
    }
    return scope.enter {
      let weight = scope.parameter("weight", [units, inputs], initializer: weightInitializer)
      let product = matmul(x, weight, transposeB: true)
      guard usesBias else { return activation(product, in: scope) }
      let bias = scope.parameter("bias", [units], initializer: biasInitializer, role: .bias)
      return activation(product + bias, in: scope)
    }
  }
}

extension Dense: DescribedLayer {
  public var settings: Attributes {
    let all: Attributes = [
      "units": .integer(units), "activation": .text(activation.text), "bias": .boolean(usesBias),
      "weight_initializer": .text(weightInitializer.name),
      "bias_initializer": .text(biasInitializer.name),
    ]
    let usual: Attributes = [
      "activation": .text("linear"), "bias": .boolean(true),
      "weight_initializer": .text("glorot_uniform"), "bias_initializer": .text("zeros"),
    ]
    return Attributes(
      all.entries.filter { $0.value != usual[$0.key] && $0.value != .text("values") })
  }

  public init(reading reader: SettingReader) throws {
    try reader.expect("units", "activation", "bias", "weight_initializer", "bias_initializer")
    let units = try reader.integer("units")
    guard units > 0 else {
      throw DescriptionError(
        path: "\(reader.path).units", rule: "it must be positive, found \(units)")
    }
    self.init(
      units,
      activation: try reader.named("activation", default: "linear") { try Activation.named($0) },
      usesBias: try reader.boolean("bias", default: true),
      weightInitializer: try reader.named(
        "weight_initializer", default: "glorot_uniform", InitializerList.named),
      biasInitializer: try reader.named(
        "bias_initializer", default: "zeros", InitializerList.named))
  }
}
