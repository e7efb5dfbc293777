/// Puts numbers in place of the symbols of shapes, so that a plan can be made.
public struct BindSizes: Pass {
  public let name = "bind sizes"
  public let sizes: [String: Int]

  public init(_ sizes: [String: Int]) { self.sizes = sizes }

  public func run(_ program: Program) throws -> Program {
    for symbol in program.symbols where sizes[symbol] == nil {
      throw RuleViolation("no size was given for the symbol \(symbol)")
    }
    return try program.mappingAttributes { value in
      switch value {
      case .shape(let shape):
        .shape(bound(shape))
      case .type(let type):
        .type(TensorType(bound(type.shape), type.dtype))
      default: value
      }
    }
  }

  private func bound(_ shape: Shape) -> Shape {
    shape.bound(to: sizes).map { Shape($0) } ?? shape
  }
}
