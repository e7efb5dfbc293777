public import ApusGraph

/// A description of a function with parameters: a plain value of hyper-parameters.
///
/// A layer declares its parameters in the scope that it is given and infers sizes from its input.
///
/// ```swift
/// struct Gated: Layer {
///   var units: Int
///   func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
///     let gate = sigmoid(Dense(units)(x, in: scope / "gate"))
///     return gate * Dense(units)(x, in: scope / "value")
///   }
/// }
/// ```
public protocol Layer: Sendable {
  /// The name's stem that a stack numbers its children with: `dense` gives `dense_1`.
  static var kind: String { get }

  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor
}

extension Layer {
  /// The type's name in snake case.
  public static var kind: String { snakeCase("\(Self.self)") }

  /// Applies this layer under a child of a scope, numbered after the layer's kind.
  public func callAsFunction(_ x: Tensor, asChildOf scope: Scope) -> Tensor {
    let child = scope.numberedChild(Self.kind)
    return child.enter { self(x, in: child) }
  }
}

/// `GaussianNoise` → `gaussian_noise`, `PReLU` → `prelu`: a new word starts at a capital that
/// follows a small letter or a digit.
func snakeCase(_ name: String) -> String {
  var result = ""
  var previous: Character?
  for character in name.prefix(while: { $0 != "<" }) {
    if character.isUppercase, let previous, previous.isLowercase || previous.isNumber {
      result += "_"
    }
    result += character.lowercased()
    previous = character
  }
  return result
}
