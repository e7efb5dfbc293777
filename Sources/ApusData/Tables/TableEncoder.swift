internal import ApusFormats
internal import ApusGraph

/// Whether the targets of a table are read.
public enum TargetUse: Sendable {
  /// Missing target columns are an error.
  case required
  /// Read when the columns are there.
  case ifPresent
  case ignored
}

extension Table {
  /// Reads the table as a data set to train on: decides the encoding, then encodes.
  public func dataset(_ options: TableOptions = TableOptions()) throws(DataError) -> LoadedData {
    let (schema, inferenceNotes) = try inferSchema(options)
    var notes = inferenceNotes
    let encoder = try TableEncoder(self, schema, options.missing, .required)
    if encoder.rows.count < rowCount {
      notes.append(
        "\(rowCount - encoder.rows.count) of \(rowCount) rows miss a value and are left out")
    }
    return LoadedData(dataset: try encoder.dataset(), notes: notes)
  }

  /// Reads the table as the schema of an earlier one says: columns are found by name, in any
  /// order, and others are passed over.
  public func dataset(
    encodedBy schema: TableSchema, missing: MissingPolicy = .error,
    targets: TargetUse = .ifPresent
  ) throws(DataError) -> Dataset {
    try TableEncoder(self, schema, missing, targets).dataset()
  }
}

/// One pass checks every field and finds the narrowest type that holds all numbers exactly, the
/// next writes them.
private struct TableEncoder {
  let table: Table
  let schema: TableSchema
  let missing: MissingPolicy
  private let featureColumns: [Int]
  private let targetColumns: [Int]
  private let categoryIndex: [[String: Int]]
  private(set) var rows: [Int] = []
  private var featureRange = NumberRange()
  private var targetRange = NumberRange()
  private let classIndex: [String: Int]

  init(
    _ table: Table, _ schema: TableSchema, _ missing: MissingPolicy, _ targets: TargetUse
  ) throws(DataError) {
    self.table = table
    self.schema = schema
    self.missing = missing
    (featureColumns, targetColumns) = try places(table, schema, targets)
    categoryIndex = schema.columns.map { indexed($0.categories ?? []) }
    classIndex = schema.task.isClassification ? indexed(schema.task.names) : [:]
    for row in 0..<table.rowCount where try check(row) { rows.append(row) }
    guard !rows.isEmpty else {
      throw DataError("every row misses a value", source: table.source)
    }
  }

  func dataset() throws(DataError) -> Dataset {
    let features: TensorData
    switch featureRange.dtype {
    case .uint8: features = try encodedFeatures(UInt8.self)
    case .float32: features = try encodedFeatures(Float.self)
    default: features = try encodedFeatures(Double.self)
    }
    var result = try Dataset(
      name: table.source, summary: "A table of \(table.rowCount) rows.", features: features,
      featureNames: schema.featureNames, targets: try encodedTargets(), task: schema.task)
    result.isLabeled = !targetColumns.isEmpty
    result.schema = schema
    return result
  }
}

/// The narrowest of uint8, float32 and float64 that holds some numbers exactly.
private struct NumberRange {
  private var fitsBytes = true
  private var fitsFloats = true

  mutating func add(_ value: Double) {
    fitsBytes =
      fitsBytes && value >= 0 && value <= 255 && value == value.rounded(.towardZero)
      && value.sign == .plus
    fitsFloats = fitsFloats && Double(Float(value)) == value
  }

  mutating func addMissing() { fitsBytes = false }

  var dtype: DType { fitsBytes ? .uint8 : fitsFloats ? .float32 : .float64 }
}

private func indexed(_ names: [String]) -> [String: Int] {
  Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
}

private func places(
  _ table: Table, _ schema: TableSchema, _ targets: TargetUse
) throws(DataError) -> (features: [Int], targets: [Int]) {
  let names = schema.columns.map(\.name)
  if !table.hasHeader, table.columns.count == names.count,
    names.contains(where: { !table.columns.contains($0) })
  {
    return (Array(names.indices), [])
  }
  var features: [Int] = []
  for name in names { features.append(try table.column(named: name)) }
  let isThere = schema.targets.allSatisfy(table.columns.contains)
  guard targets == .required || (targets == .ifPresent && isThere) else { return (features, []) }
  var found: [Int] = []
  for name in schema.targets { found.append(try table.column(named: name)) }
  return (features, found)
}

// MARK: - Checking

extension TableEncoder {
  /// Whether the row is kept.
  private mutating func check(_ row: Int) throws(DataError) -> Bool {
    var isWhole = true
    for (index, column) in featureColumns.enumerated() {
      if !(try checkFeature(row, column, index)) { isWhole = false }
    }
    for column in targetColumns {
      if !(try checkTarget(row, column)) { isWhole = false }
    }
    return isWhole
  }

  /// False when the value is missing and the row is to be dropped.
  private mutating func checkFeature(
    _ row: Int, _ column: Int, _ index: Int
  ) throws(DataError) -> Bool {
    let cell = table.cell(row, column)
    if cell == .missing {
      guard missing != .error else { throw table.missing(row, column) }
      if missing == .mean { featureRange.addMissing() }
      return missing == .mean
    }
    guard let categories = schema.columns[index].categories else {
      featureRange.add(try number(cell, row, column))
      return true
    }
    let text = try table.category(row, column) ?? ""
    guard categoryIndex[index][text] != nil else {
      throw table.failure(
        "the value \(table.quoted(row, column)) did not occur in the training table", row, column,
        hint: didYouMean(text, in: categories) ?? "Known are \(listed(categories)).")
    }
    return true
  }

  private mutating func checkTarget(_ row: Int, _ column: Int) throws(DataError) -> Bool {
    let cell = table.cell(row, column)
    if cell == .missing {
      guard missing == .drop else { throw table.missing(row, column) }
      return false
    }
    switch schema.task {
    case .classification(let classes):
      let text = try table.category(row, column) ?? ""
      guard classIndex[text] != nil else {
        throw table.failure(
          "the class \(table.quoted(row, column)) is unknown", row, column,
          hint: didYouMean(text, in: classes) ?? "Known are \(listed(classes)).")
      }
    case .multilabel:
      let value = try number(cell, row, column)
      guard value == 0 || value == 1 else {
        throw table.failure("a label is 0 or 1; found \(value)", row, column)
      }
      targetRange.add(value)
    case .regression: targetRange.add(try number(cell, row, column))
    }
    return true
  }

  private func number(_ cell: Cell, _ row: Int, _ column: Int) throws(DataError) -> Double {
    switch cell {
    case .number(let value): return value
    case .infinite:
      throw table.failure(
        "the value \(table.quoted(row, column)) is not a finite number", row, column)
    case .text, .missing: throw table.notANumber(row, column)
    }
  }
}

// MARK: - Writing

extension TableEncoder {
  private func encodedFeatures<T: Scalar>(_: T.Type) throws(DataError) -> TensorData {
    var values: [T] = []
    values.reserveCapacity(rows.count * schema.featureCount)
    for row in rows {
      for (index, column) in featureColumns.enumerated() {
        let cell = table.cell(row, column)
        guard let categories = schema.columns[index].categories else {
          if case .number(let value) = cell {
            values.append(T(rounding: value))
          } else {
            values.append(T(rounding: .nan))
          }
          continue
        }
        let chosen = try table.category(row, column).flatMap { categoryIndex[index][$0] }
        for category in categories.indices {
          values.append(T(rounding: chosen.map { $0 == category ? 1 : 0 } ?? .nan))
        }
      }
    }
    return TensorData(values, shape: [rows.count, schema.featureCount])
  }

  private func encodedTargets() throws(DataError) -> TensorData {
    let names = schema.task.names
    guard !targetColumns.isEmpty else {
      let shape = schema.task.isClassification ? [rows.count] : [rows.count, names.count]
      return TensorData(zeros: shape, dtype: schema.task.isClassification ? .int32 : .float32)
    }
    if schema.task.isClassification {
      var indices: [Int32] = []
      for row in rows {
        let text = try table.category(row, targetColumns[0]) ?? ""
        indices.append(Int32(classIndex[text] ?? 0))
      }
      return TensorData(indices)
    }
    var values: [Double] = []
    for row in rows {
      for column in targetColumns {
        if case .number(let value) = table.cell(row, column) { values.append(value) }
      }
    }
    let dtype: DType = targetRange.dtype == .float64 ? .float64 : .float32
    return TensorData(doubles: values, shape: [rows.count, names.count], dtype: dtype)
  }
}
