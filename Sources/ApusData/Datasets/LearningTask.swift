public import ApusFormats

/// What is to be predicted.
public enum LearningTask: Hashable, Sendable {
  /// One of several classes; targets are class indices, int32 [rows].
  case classification(classes: [String])
  /// Any number of labels, each yes or no; targets are 0 and 1, [rows, labels].
  case multilabel(labels: [String])
  /// Numbers; targets are [rows, outputs].
  case regression(outputs: [String])

  /// The names of the classes, labels or outputs.
  public var names: [String] {
    switch self {
    case .classification(let names), .multilabel(let names), .regression(let names): names
    }
  }

  /// `classification`, `multilabel` or `regression`.
  public var kind: String {
    switch self {
    case .classification: "classification"
    case .multilabel: "multilabel"
    case .regression: "regression"
    }
  }

  public var isClassification: Bool {
    if case .classification = self { true } else { false }
  }

  public var json: JSON { ["kind": .string(kind), "names": JSON(names)] }

  public init(json: JSON) throws(DataError) {
    guard let names = json["names"]?.stringValues, !names.isEmpty else {
      throw DataError("a task has a list of names", source: "model file")
    }
    switch json["kind"]?.stringValue {
    case "classification": self = .classification(classes: names)
    case "multilabel": self = .multilabel(labels: names)
    case "regression": self = .regression(outputs: names)
    default:
      throw DataError(
        "a task is classification, multilabel or regression; found \(json["kind"] ?? nil)",
        source: "model file")
    }
  }
}
