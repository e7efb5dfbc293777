public import ApusGraph
import ApusLayers

/// The cost of a gradient check in words.
public struct GradientSubject: Hashable, Sendable {
  /// The loss, or what else is differentiated.
  public let name: String
  /// The loss with its reduction, or the expression.
  public let formula: String
  /// Rows that the cost was taken on; nil where there are none to count.
  public let rows: Int?

  init(name: String, formula: String, rows: Int?) {
    self.name = name
    self.formula = formula
    self.rows = rows
  }

  init(_ loss: any Loss, rows: Int) {
    self.init(name: loss.name, formula: loss.summary, rows: rows)
  }
}

/// What a gradient check found; `text` is for people, `json` for scripts.
public struct GradientReport: Sendable {
  public let settings: GradientCheck
  /// What the cost J is.
  public let subject: GradientSubject
  /// The cost at the parameters.
  public let cost: Double
  /// In the network's order.
  public let tensors: [TensorCheck]
  public let effort: GradientEffort
  public let valley: ErrorValley

  /// Whether no tensor differs.
  public var passes: Bool { tensors.allSatisfy(\.passes) }

  /// Throws ``GradientMismatch`` when backpropagation and differences disagree somewhere.
  public func requireSuccess() throws(GradientMismatch) {
    guard passes else { throw GradientMismatch(self) }
  }
}

/// A gradient that backpropagation and differences do not agree on: some derivative is wrong.
public struct GradientMismatch: DiagnosableError, Hashable, Sendable {
  /// The tensors that differ.
  public let tensors: [TensorCheck]
  public let tolerance: Double

  public var kind: ErrorKind { .other }

  init(_ report: GradientReport) {
    tensors = report.tensors.filter { !$0.passes }
    tolerance = report.settings.tolerance
  }

  public var description: String {
    let names = tensors.map(\.path).joined(separator: ", ")
    return "the gradient of \(names) is off by more than the tolerance \(tolerance)"
      + (tensors.first.flatMap(\.worst).map { ": \(Self.sentence(tensors[0], $0))" } ?? "")
      + "; look at the derivative of the ops between there and the loss"
  }

  /// Where it is worst, both numbers, and how many times too large the one is.
  static func sentence(_ tensor: TensorCheck, _ line: LineCheck) -> String {
    let ratio = line.slope / line.numeric
    let times =
      ratio.isFinite && ratio != 0 && abs(line.numeric) > 1e-3 * tensor.largestOfLayer
      ? ", \(NumberFormat.significant(ratio, digits: 4)) times the difference" : ""
    let place = tensor.shape.isEmpty ? tensor.path : "\(line.placeText) of \(tensor.path)"
    return "at \(place) backpropagation says "
      + "\(NumberFormat.significant(line.slope, digits: 6)), differences "
      + "\(NumberFormat.significant(line.numeric, digits: 6))\(times)"
  }
}
