import ApusGraph

/// Functions whose values stay between two bounds.
extension Activation {
  /// 1 where x > 0, else 0. Its derivative is 0, so backpropagation cannot train what is below it;
  /// see ``Perceptron``.
  public static let step = Activation("step") { ApusGraph.step($0) }

  /// σ(x) = 1 / (1 + e⁻ˣ).
  public static let sigmoid = Activation("sigmoid") { ApusGraph.sigmoid($0) }

  /// min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).
  public static let hardSigmoid = Activation("hard_sigmoid") { ApusGraph.hardSigmoid($0) }

  /// (e²ˣ − 1) / (e²ˣ + 1).
  public static let tanh = Activation("tanh") { ApusGraph.tanh($0) }

  /// x / (1 + |x|) (Bergstra et al. 2009).
  public static let softsign = Activation("softsign") { ApusGraph.softsign($0) }
}
