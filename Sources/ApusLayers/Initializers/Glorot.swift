/// Variance 2 / (inputs + outputs), which keeps the variance of signals and gradients equal across a
/// linear layer (Glorot and Bengio 2010). The uniform one is the default of ``Dense``.
extension Initializer where Self == VarianceScaling {
  /// Uniform in ±√(6 / (inputs + outputs)).
  public static var glorotUniform: VarianceScaling {
    VarianceScaling("glorot_uniform", scale: 1, fan: .average, distribution: .uniform)
  }
  public static var glorotNormal: VarianceScaling {
    VarianceScaling("glorot_normal", scale: 1, fan: .average, distribution: .normal)
  }
}
