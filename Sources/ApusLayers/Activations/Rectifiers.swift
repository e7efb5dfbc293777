import ApusGraph

/// Functions that pass positive numbers on and hold negative ones back.
extension Activation {
  /// x itself.
  public static let linear = Activation("linear") { $0 }

  /// max(x, 0), slope 0 at 0 (Nair and Hinton 2010).
  public static let relu = Activation("relu") { ApusGraph.relu($0) }

  /// x where x > 0, else slope · x (Maas, Hannun and Ng 2013).
  public static func leakyReLU(slope: Double = 0.01) -> Activation {
    Activation("leaky_relu", attributes: ["slope": .real(slope)]) {
      ApusGraph.leakyReLU($0, slope: slope)
    }
  }

  /// x where x > 0, else slope · x with one learned slope per feature, the parameter `slope` [features]
  /// (He, Zhang, Ren and Sun 2015).
  public static func prelu(initialSlope: Double = 0.25) -> Activation {
    Activation("prelu", attributes: ["initialSlope": .real(initialSlope)]) { x, scope in
      if x.isPoison { return x }
      guard let features = x.shape.dimensions.last?.constant, x.rank >= 2 else {
        return scope.mistake("prelu", "its input must be rows of features", inputs: [x])
      }
      let slope = scope.parameter(
        "slope", [features], initializer: .constant(initialSlope), role: .shape)
      return ApusGraph.prelu(x, slope: slope)
    }
  }

  /// x where x > 0, else alpha · (eˣ − 1) (Clevert, Unterthiner and Hochreiter 2016).
  public static func elu(alpha: Double = 1) -> Activation {
    Activation("elu", attributes: ["alpha": .real(alpha)]) { ApusGraph.elu($0, alpha: alpha) }
  }

  /// The self-normalizing unit (Klambauer et al. 2017); initialize with LeCun normal.
  public static let selu = Activation("selu") { ApusGraph.selu($0) }
}
