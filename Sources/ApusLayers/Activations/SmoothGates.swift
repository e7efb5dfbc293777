import ApusGraph

/// Smooth relatives of ReLU.
extension Activation {
  /// x · Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016).
  public static let gelu = Activation("gelu") { ApusGraph.gelu($0) }

  /// GELU by ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
  public static let geluTanh = Activation("gelu_tanh") { ApusGraph.gelu($0, isApproximate: true) }

  /// x · σ(x), also called swish (Elfwing, Uchibe and Doya 2018).
  public static let silu = Activation("silu") { ApusGraph.silu($0) }

  /// log(1 + eˣ) (Dugas et al. 2001).
  public static let softplus = Activation("softplus") { ApusGraph.softplus($0) }

  /// x · tanh(softplus(x)) (Misra 2019).
  public static let mish = Activation("mish") { ApusGraph.mish($0) }
}
