import ApusGraph

/// How the terms of a loss, one per row and output, become one number.
///
/// "Mean squared error" alone means three different things in three books, so every loss says its
/// reduction in its name or in its ``Loss/summary``.
public struct LossReduction: Hashable, Sendable {
  /// Over the outputs of one row.
  public enum Outputs: Hashable, Sendable { case sum, mean, halfSum }
  /// Over the rows; the weighted mean divides by the sum of the weights, not by their number.
  public enum Rows: Hashable, Sendable { case mean, sum, weightedMean }

  public let outputs: Outputs
  public let rows: Rows

  public init(outputs: Outputs, rows: Rows) {
    self.outputs = outputs
    self.rows = rows
  }

  /// (Σ over rows and outputs) / rows.
  public static let meanOfRowSums = LossReduction(outputs: .sum, rows: .mean)
  /// (Σ over rows and outputs) / (rows · outputs).
  public static let meanOverAll = LossReduction(outputs: .mean, rows: .mean)
  /// ½ (Σ over rows and outputs) / rows.
  public static let halfMeanOfRowSums = LossReduction(outputs: .halfSum, rows: .mean)
  /// Σ over rows and outputs.
  public static let sum = LossReduction(outputs: .sum, rows: .sum)
  /// ½ Σ over rows and outputs.
  public static let halfSum = LossReduction(outputs: .halfSum, rows: .sum)
  /// (Σ over rows and outputs, weighted) / (sum of the rows' weights).
  public static let weightedMeanOfRowSums = LossReduction(outputs: .sum, rows: .weightedMean)

  /// In words: "mean over rows of the sum over outputs".
  public var words: String {
    let rowWords =
      switch rows {
      case .mean: "mean over rows of "
      case .sum: "sum over rows of "
      case .weightedMean: "weighted mean over rows (divided by the sum of the weights) of "
      }
    let outputWords =
      switch outputs {
      case .sum: "the sum over outputs"
      case .mean: "the mean over outputs"
      case .halfSum: "½ of the sum over outputs"
      }
    return rowWords + outputWords
  }

  /// The name of a loss with this reduction: `mean_squared_error`, `squared_error_per_row`.
  func name(of stem: String) -> String {
    let prefix =
      switch outputs {
      case .sum: ""
      case .mean: "mean_"
      case .halfSum: "half_"
      }
    switch rows {
    case .mean: return prefix + stem + (outputs == .mean ? "" : "_per_row")
    case .sum: return "total_" + prefix + stem
    case .weightedMean: return "weighted_" + prefix + stem + "_per_row"
    }
  }

  /// Terms [N, …] to one number per row [N].
  func overOutputs(_ terms: Tensor) -> Tensor {
    let axes = Array(1..<Swift.max(terms.rank, 1))
    switch outputs {
    case .sum: return axes.isEmpty ? terms : terms.sum(axes)
    case .mean: return axes.isEmpty ? terms : terms.mean(axes)
    case .halfSum: return 0.5 * (axes.isEmpty ? terms : terms.sum(axes))
    }
  }

  /// One number per row [N], each times its weight, to the loss.
  func overRows(_ values: Tensor, weights: Tensor?) -> Tensor {
    let weighted = weights.map { values * $0 } ?? values
    switch rows {
    case .mean: return weighted.mean()
    case .sum: return weighted.sum()
    case .weightedMean: return weights.map { weighted.sum() / $0.sum() } ?? weighted.mean()
    }
  }
}
