import ApusGraph

/// All metrics by the names of the command line and of files.
public enum Metrics {
  /// The names that fit a task. `top_K` takes any K up to the number of classes.
  public static func names(for task: MetricTask) -> [String] {
    switch task {
    case .regression: ["mae", "mse", "rmse", "r2"]
    case .binary: ["accuracy", "precision", "recall", "f1", "roc_auc"]
    case .multilabel: ["accuracy", "exact_match"] + averaged + ["roc_auc"]
    case .multiclass: ["accuracy", "top_3", "top_5"] + averaged + ["roc_auc"]
    }
  }

  /// The metric of a name for a task.
  ///
  /// - Throws: ``MetricError`` when the name is unknown or does not fit the task.
  public static func named(_ name: String, for task: MetricTask) throws(MetricError) -> any Metric {
    if case .multiclass(let classes) = task, name.hasPrefix("top_") {
      guard let k = Int(name.dropFirst(4)), k >= 1, k <= classes else {
        throw MetricError("\(name): the number must be from 1 to the number of classes, \(classes)")
      }
      return TopK(k, classes: classes)
    }
    let known = names(for: task)
    guard known.contains(name) else {
      let hint = didYouMean(name, in: known) ?? "There are \(known.joined(separator: ", "))."
      throw MetricError("there is no metric \"\(name)\" for this task. \(hint)")
    }
    return make(name, task)
  }

  /// What is reported when nothing is asked for.
  public static func usual(for task: MetricTask) -> [any Metric] {
    switch task {
    case .regression(let outputs):
      [MeanAbsoluteError(outputs: outputs), RSquared(outputs: outputs)]
    case .binary, .multiclass, .multilabel: [Accuracy(task)]
    }
  }

  private static let averaged = [
    "precision", "precision_micro", "precision_weighted", "recall", "recall_micro",
    "recall_weighted", "f1", "f1_micro", "f1_weighted",
  ]

  /// The name is one of `names(for:)`.
  private static func make(_ name: String, _ task: MetricTask) -> any Metric {
    let averaging: Averaging =
      name.hasSuffix("_micro") ? .micro : name.hasSuffix("_weighted") ? .weighted : .macro
    switch name.prefix(while: { $0 != "_" }) {
    case "precision": return Precision(task, averaging)
    case "recall": return Recall(task, averaging)
    case "f1": return F1(task, averaging)
    case "roc": return ROCAUC(task)
    case "exact":
      guard case .multilabel(let labels, let threshold) = task else { return Accuracy(task) }
      return ExactMatch(labels: labels, threshold: threshold)
    case "mae": return MeanAbsoluteError(outputs: task.columns)
    case "mse": return MeanSquaredError(outputs: task.columns)
    case "rmse": return RootMeanSquaredError(outputs: task.columns)
    case "r2": return RSquared(outputs: task.columns)
    default: return Accuracy(task)
    }
  }
}
