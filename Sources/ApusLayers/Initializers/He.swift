/// Variance 2 / inputs, for layers before a ReLU, which lets half of the signal through (He, Zhang,
/// Ren and Sun 2015).
extension Initializer where Self == VarianceScaling {
  /// Uniform in ±√(6 / inputs).
  public static var heUniform: VarianceScaling {
    VarianceScaling("he_uniform", scale: 2, fan: .inputs, distribution: .uniform)
  }
  public static var heNormal: VarianceScaling {
    VarianceScaling("he_normal", scale: 2, fan: .inputs, distribution: .normal)
  }
}
