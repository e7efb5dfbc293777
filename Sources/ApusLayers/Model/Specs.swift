public import ApusGraph

/// What a parameter is in its layer.
public enum ParameterRole: String, Hashable, Sendable {
  /// Multiplies inputs; penalties and weight decay apply.
  case weight
  /// Added; usually left out of penalties.
  case bias
  /// Shapes an activation, such as PReLU's slope.
  case shape
}

/// Numbers of inputs and outputs of one unit.
public struct Fans: Hashable, Sendable {
  public let inputs: Int
  public let outputs: Int

  public init(inputs: Int, outputs: Int) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Of a weight [outputs, inputs, …]; further axes are a receptive field that counts for both.
  public init(shape: [Int]) {
    let field = shape.dropFirst(2).reduce(1, *)
    outputs = (shape.first ?? 1) * field
    inputs = (shape.count > 1 ? shape[1] : shape.first ?? 1) * field
  }
}

/// A declared parameter: everything needed to give it its first value.
public struct ParameterSpec: Sendable {
  public let path: String
  public let shape: [Int]
  public let initializer: any Initializer
  public let fans: Fans
  public let role: ParameterRole
}

/// A declared state and its first value.
public struct StateSpec: Sendable {
  public let path: String
  public let initial: TensorData
}

/// An input of a model: its name and the shape of one row.
public struct InputSpec: Hashable, Sendable {
  public let name: String
  /// Without the batch axis.
  public let shape: [Int]
  public let dtype: DType

  public init(_ name: String = "x", shape: [Int], dtype: DType = .float32) {
    self.name = name
    self.shape = shape
    self.dtype = dtype
  }

  /// [N] + shape.
  var batchShape: Shape { Shape([.n] + shape.map { Dimension($0) }) }
}
