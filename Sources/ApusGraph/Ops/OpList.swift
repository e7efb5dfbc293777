/// The ops that the text form of a graph can name. Adding an op adds its line here; nothing else
/// reads the list but tests that walk over all ops.
public enum OpList {
  public static let primitives: [any Primitive.Type] = [
    // Leaves
    Input.self, Parameter.self, State.self, Constant.self, Literal.self,
    // Elementwise
    Abs.self, Add.self, Cast.self, Clip.self, Cos.self, Divide.self, Erf.self, Exp.self,
    Expm1.self, Floor.self, Log.self, Log1p.self, Maximum.self, Minimum.self, Multiply.self,
    Negate.self, Power.self, ReLU.self, Reciprocal.self, Rsqrt.self, Sigmoid.self, Sign.self,
    Sin.self, Softplus.self, Sqrt.self, Square.self, Step.self, Subtract.self, Tanh.self,
    // Comparison
    And.self, Equal.self, Greater.self, GreaterEqual.self, Less.self, LessEqual.self, Not.self,
    NotEqual.self, Or.self, Select.self,
    // Contraction
    MatMul.self,
    // Reduction
    ArgMax.self, ElementCount.self, LogSumExp.self, ReduceMax.self, ReduceMin.self, ReduceSum.self,
    // Movement
    Broadcast.self, Concatenate.self, Gather.self, Identity.self, Pad.self, Reshape.self,
    ScatterAdd.self, Slice.self, StopGradient.self, Transpose.self,
    // Random
    RandomNormal.self, RandomUniform.self,
  ]

  public static let composites: [any Composite.Type] = [
    Bernoulli.self, LogSoftmax.self, Mean.self, OneHot.self, Softmax.self, Variance.self,
    ELU.self, GELU.self, HardSigmoid.self, LeakyReLU.self, Mish.self, PReLU.self, SELU.self,
    SiLU.self, Softsign.self,
    BinaryCrossEntropy.self, CategoricalCrossEntropy.self, SigmoidCrossEntropy.self,
    SoftmaxCrossEntropy.self,
  ]
}
