/// Variance 1 / inputs (LeCun, Bottou, Orr and Müller 1998), also for layers before SELU.
extension Initializer where Self == VarianceScaling {
  /// Uniform in ±√(3 / inputs).
  public static var lecunUniform: VarianceScaling {
    VarianceScaling("lecun_uniform", scale: 1, fan: .inputs, distribution: .uniform)
  }
  public static var lecunNormal: VarianceScaling {
    VarianceScaling("lecun_normal", scale: 1, fan: .inputs, distribution: .normal)
  }
}
