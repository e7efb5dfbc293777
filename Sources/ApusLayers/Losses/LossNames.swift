import ApusGraph

/// The losses that have a name, with default settings: what `--loss` takes and `--help` lists.
public enum LossList {
  public static let all: [any Loss] = [
    .softmaxCrossEntropy, .categoricalCrossEntropy, .sigmoidCrossEntropy, .binaryCrossEntropy,
    .meanSquaredError, .squaredErrorPerRow, .halfSquaredErrorPerRow, .meanAbsoluteError,
    .absoluteErrorPerRow, .huber, .hinge, .klDivergence, .poisson, .poissonFromLogRate,
  ]

  public static var names: [String] { all.map(\.name) }

  /// The loss of a name; `-` and `_` are the same. Throws ``UnknownNameError``.
  public static func named(_ name: String) throws(UnknownNameError) -> any Loss {
    try lookUp(name, in: all, kind: "loss") { $0.name }
  }
}
