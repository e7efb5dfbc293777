/// The ops that the text form of a graph can name. Adding an op adds its line here; nothing else
/// reads the list but tests that walk over all ops.
public enum OpList {
  public static let primitives: [any Primitive.Type] = [
    Input.self, Parameter.self, State.self, Constant.self, Literal.self,
    Add.self, Subtract.self, Multiply.self, Divide.self, Negate.self, Exp.self, ReLU.self,
    Step.self,
    MatMul.self,
    LogSumExp.self, ReduceSum.self,
    Broadcast.self, Identity.self, Reshape.self,
  ]

  public static let composites: [any Composite.Type] = [
    Softmax.self
  ]
}
