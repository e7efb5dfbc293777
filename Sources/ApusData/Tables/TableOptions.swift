/// What to do with missing values.
public enum MissingPolicy: String, CaseIterable, Sendable {
  /// An error that names row and column.
  case error
  /// The mean of the training rows takes their place (for texts: the share of each category).
  case mean
  /// Rows with a missing value are left out.
  case drop
}

/// How to read a table as a data set.
public struct TableOptions: Sendable {
  public enum TaskChoice: String, CaseIterable, Sendable {
    case automatic = "auto"
    case classification, regression, multilabel
  }

  /// The columns to predict; empty for the last one.
  public var targets: [String]
  public var task: TaskChoice
  public var missing: MissingPolicy

  public init(
    targets: [String] = [], task: TaskChoice = .automatic, missing: MissingPolicy = .error
  ) {
    self.targets = targets
    self.task = task
    self.missing = missing
  }
}

/// A data set and what a person should hear about how it was read.
public struct LoadedData: Sendable {
  public var dataset: Dataset
  /// A test set of its own, where the source has one (MNIST).
  public var test: Dataset?
  /// Sentences such as `classification with 3 classes: the target "species" holds texts`.
  public var notes: [String]

  public init(dataset: Dataset, test: Dataset? = nil, notes: [String] = []) {
    self.dataset = dataset
    self.test = test
    self.notes = notes
  }
}
