public import ApusGraph

/// What training minimizes: a function of predictions and targets, with its reduction.
///
/// ```swift
/// let loss: any Loss = .softmaxCrossEntropy
/// let value = loss(logits, labels)          // a scalar
/// print(loss.summary)                       // mean over rows of … of −Σ t·log softmax(z)
/// ```
public protocol Loss: Sendable {
  /// The name without its reduction: `squared_error`.
  static var stem: String { get }
  /// The reduction that the plain stem stands for; nil where no reduction goes without saying.
  static var usualReduction: LossReduction? { get }

  /// The name on the command line and in files: `softmax_cross_entropy`, `mean_squared_error`.
  var name: String { get }
  var reduction: LossReduction { get }
  /// The term of one row and output, with p or z for the prediction and t for the target.
  var formula: String { get }
  /// What the network's output must be.
  var predictions: LossPredictions { get }
  /// What it is compared with.
  var targets: LossTargets { get }

  /// The terms [N, …] before any reduction, or one per row [N].
  func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor

  /// Weights [N] that the loss gives to rows by their class; nil when all weigh the same.
  func rowWeights(_ predictions: Tensor, _ targets: Tensor) -> Tensor?
}

extension Loss {
  public var name: String {
    reduction == Self.usualReduction ? Self.stem : reduction.name(of: Self.stem)
  }

  /// The reduction and the term in words, for help and reports.
  public var summary: String { "\(reduction.words) of \(formula)" }

  public func rowWeights(_ predictions: Tensor, _ targets: Tensor) -> Tensor? { nil }

  /// The loss as a scalar.
  ///
  /// - Parameter weights: one weight per row [N], times those of the classes.
  public func callAsFunction(
    _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      reduction.overRows(
        reduction.overOutputs(terms(predictions, targets)),
        weights: allWeights(predictions, targets, weights))
    }
  }

  /// The loss of each row, so that batches of unequal size average rightly: over any number of
  /// batches the loss is Σ `values` / Σ `divisors`; `divisors` is nil where nothing is divided.
  public func perRow(
    _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil, file: StaticString = #fileID,
    line: UInt = #line
  ) -> (values: Tensor, divisors: Tensor?) {
    BuildSite.at(file, line) {
      let values = reduction.overOutputs(terms(predictions, targets))
      let weights = allWeights(predictions, targets, weights)
      let weighted = weights.map { values * $0 } ?? values
      switch reduction.rows {
      case .sum: return (weighted, nil)
      case .mean: return (weighted, values.filled(with: 1))
      case .weightedMean: return (weighted, weights ?? values.filled(with: 1))
      }
    }
  }

  private func allWeights(
    _ predictions: Tensor, _ targets: Tensor, _ given: Tensor?
  ) -> Tensor? {
    guard let own = rowWeights(predictions, targets) else { return given }
    return given.map { own * $0 } ?? own
  }
}
