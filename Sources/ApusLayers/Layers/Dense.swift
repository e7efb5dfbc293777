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
