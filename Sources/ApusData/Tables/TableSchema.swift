public import ApusFormats

/// How the columns of a table become features and targets. Made from the training table and kept in
/// the model file, so that later tables are encoded equally whatever the order of their columns.
public struct TableSchema: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    public var name: String
    /// The texts that may occur, one feature each (one-hot); nil for numbers.
    public var categories: [String]?

    public init(_ name: String, categories: [String]? = nil) {
      self.name = name
      self.categories = categories
    }

    /// The names of its features: `age`, or `colour=red`, `colour=green`.
    public var featureNames: [String] { categories?.map { "\(name)=\($0)" } ?? [name] }
  }

  /// The columns that become features, in order.
  public var columns: [Column]
  /// The columns that are predicted.
  public var targets: [String]
  public var task: LearningTask

  public init(columns: [Column], targets: [String], task: LearningTask) {
    self.columns = columns
    self.targets = targets
    self.task = task
  }

  public var featureNames: [String] { columns.flatMap(\.featureNames) }
  public var featureCount: Int { columns.reduce(0) { $0 + ($1.categories?.count ?? 1) } }

  public var json: JSON {
    let columns = columns.map { column in
      var members = [JSON.Member("name", .string(column.name))]
      if let categories = column.categories {
        members.append(.init("categories", JSON(categories)))
      }
      return JSON.object(members)
    }
    return ["columns": .array(columns), "targets": JSON(targets), "task": task.json]
  }

  public init(json: JSON) throws(DataError) {
    func broken(_ reason: String) -> DataError { DataError(reason, source: "model file") }
    guard let items = json["columns"]?.elements, let targets = json["targets"]?.stringValues,
      let task = json["task"]
    else { throw broken("a table's schema has columns, targets and a task") }
    self.targets = targets
    self.task = try LearningTask(json: task)
    columns = []
    for item in items {
      guard let name = item["name"]?.stringValue else { throw broken("a column has a name") }
      guard let categories = item["categories"] else {
        columns.append(Column(name))
        continue
      }
      guard let texts = categories.stringValues else {
        throw broken("the categories of column \"\(name)\" are texts")
      }
      columns.append(Column(name, categories: texts))
    }
  }
}
