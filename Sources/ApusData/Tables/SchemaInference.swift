internal import ApusGraph

extension Table {
  /// Decides how each column is encoded and what is predicted, and says so in sentences.
  ///
  /// - A column is numeric when most of its values are numbers; then a text in it is an error.
  ///   Otherwise it is categorical: one feature per different text. Texts that
  ///   differ in more than half of the rows (if more than 20) or more than 1,000 of them look like
  ///   identifiers, and the column is left out.
  /// - A target of texts, or of whole numbers with at most 20 different values, each held by two
  ///   rows on average, makes a classification; other numbers make a regression. Several targets
  ///   of zeros and ones make a multi-label task.
  func inferSchema(_ options: TableOptions) throws(DataError) -> (TableSchema, notes: [String]) {
    var notes = hasHeader ? [] : ["no header: the columns are column_1 to column_\(columns.count)"]
    let targets = try targetColumns(options, &notes)
    let task = try inferTask(targets, options, &notes)
    var features: [TableSchema.Column] = []
    for index in columns.indices where !targets.contains(index) {
      if let column = try inferColumn(index, options.missing, &notes) { features.append(column) }
    }
    guard !features.isEmpty else {
      throw DataError(
        "no column is left for the features besides the target \(listed(targets.map { columns[$0] }))",
        source: source)
    }
    return (TableSchema(columns: features, targets: targets.map { columns[$0] }, task: task), notes)
  }

  private func targetColumns(
    _ options: TableOptions, _ notes: inout [String]
  ) throws(DataError) -> [Int] {
    guard !options.targets.isEmpty else {
      notes.append(
        "target: the last column, \"\(columns[columns.count - 1])\" (choose another with --target)")
      return [columns.count - 1]
    }
    var indices: [Int] = []
    for name in options.targets {
      let index = try targetColumn(named: name)
      if !indices.contains(index) { indices.append(index) }
    }
    return indices
  }

  private func targetColumn(named name: String) throws(DataError) -> Int {
    do {
      return try column(named: name)
    } catch {
      var usage = error
      usage.kind = .usage
      throw usage
    }
  }

  private func inferColumn(
    _ index: Int, _ missing: MissingPolicy, _ notes: inout [String]
  ) throws(DataError) -> TableSchema.Column? {
    let profile = try ColumnProfile(self, column: index, missing: missing)
    let name = columns[index]
    if profile.isNumeric { return TableSchema.Column(name) }
    let categories = try categories(index)
    if categories.count > max(20, min(rowCount / 2, 1_000)) {
      notes.append(
        "column \"\(name)\" is left out: its \(categories.count) different texts look like "
          + "identifiers")
      return nil
    }
    notes.append("column \"\(name)\" becomes \(categories.count) features, one per text")
    return TableSchema.Column(name, categories: categories)
  }
}

// MARK: - The task

extension Table {
  private func inferTask(
    _ targets: [Int], _ options: TableOptions, _ notes: inout [String]
  ) throws(DataError) -> LearningTask {
    // A target is never filled with a mean: a missing one is an error or drops its row.
    let missing = options.missing == .drop ? MissingPolicy.drop : .error
    var profiles: [ColumnProfile] = []
    for index in targets {
      profiles.append(try ColumnProfile(self, column: index, missing: missing))
    }
    let names = targets.map { columns[$0] }
    let choice = options.task == .automatic ? automaticTask(profiles) : options.task
    let task: LearningTask
    switch choice {
    case .classification:
      guard targets.count == 1 else {
        throw DataError(
          "a classification has one target; found \(listed(names))", source: source,
          hint: "Use --task multilabel for several targets of zeros and ones.")
      }
      task = .classification(classes: try classNames(targets[0], profiles[0]))
    case .multilabel:
      for (index, profile) in zip(targets, profiles) where !profile.isTruthValue {
        throw DataError(
          "a label is 0 or 1 in every row", source: source, column: columns[index])
      }
      task = .multilabel(labels: names)
    case .regression, .automatic:
      for (index, profile) in zip(targets, profiles) {
        if let row = profile.firstText { throw notANumberToPredict(row, index) }
      }
      task = .regression(outputs: names)
    }
    notes.append(sentence(about: task, names, profiles, isChosen: options.task != .automatic))
    return task
  }

  private func automaticTask(_ profiles: [ColumnProfile]) -> TableOptions.TaskChoice {
    guard profiles.count == 1 else {
      return profiles.allSatisfy(\.isTruthValue) ? .multilabel : .regression
    }
    let profile = profiles[0]
    if !profile.isNumeric { return .classification }
    let few = profile.distinctNumbers.count <= 20
    let isRepeated = 2 * profile.distinctNumbers.count <= profile.numbers
    return profile.areIntegers && few && isRepeated ? .classification : .regression
  }

  /// Texts in the order of their bytes, numbers in their own.
  private func classNames(_ index: Int, _ profile: ColumnProfile) throws(DataError) -> [String] {
    var names = try categories(index)
    if profile.isNumeric { names.sort { Double($0) ?? 0 < Double($1) ?? 0 } }
    let isIdentifier = names.count > max(1_000, rowCount / 2)
    guard names.count > 1, !isIdentifier else {
      throw DataError(
        names.count == 1
          ? "all rows have the same class, \"\(names[0])\""
          : "\(names.count) different values in \(rowCount) rows are no classes",
        source: source, column: columns[index])
    }
    return names
  }

  private func notANumberToPredict(_ row: Int, _ column: Int) -> DataError {
    failure(
      "a regression needs numbers; found \(quoted(row, column))", row, column,
      hint: "Use --task classification for texts.")
  }

  private func sentence(
    about task: LearningTask, _ names: [String], _ profiles: [ColumnProfile], isChosen: Bool
  ) -> String {
    let target = "the target \"\(names[0])\""
    let distinct = profiles[0].distinctNumbers.count
    let counted = distinct > ColumnProfile.distinctLimit ? "more than 1000" : "\(distinct)"
    switch task {
    case .classification(let classes):
      let reason = profiles[0].isNumeric ? "holds few different whole numbers" : "holds texts"
      return "classification with \(classes.count) classes (\(listed(classes)))"
        + (isChosen ? ", as asked" : ": \(target) \(reason)")
    case .multilabel(let labels):
      return "multi-label task with \(labels.count) labels (\(listed(labels)))"
        + (isChosen ? ", as asked" : ": every target is 0 or 1")
    case .regression(let outputs):
      return "regression of \(listed(outputs))"
        + (isChosen ? ", as asked" : ": \(target) holds \(counted) different numbers")
    }
  }
}

extension ColumnProfile {
  fileprivate var isTruthValue: Bool {
    isNumeric && distinctNumbers.isSubset(of: [0, 1])
  }
}
