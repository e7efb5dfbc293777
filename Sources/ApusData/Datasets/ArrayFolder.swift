internal import ApusFormats
internal import ApusGraph

/// A folder with `x_train.npy` and `y_train.npy`, and `x_test.npy` and `y_test.npy` where there is a
/// test set.
public enum ArrayFolder {
  /// Whether the folder has such files.
  public static func isOne(_ folder: String) -> Bool {
    File.kind(folder + "/x_train.npy") == .file
  }

  /// Reads the arrays. Features have one row per example; whole numbers in one column are class
  /// indices, other targets are numbers to predict. Images of bytes get the scale 1/255.
  public static func load(_ folder: String) throws -> LoadedData {
    let name = File.splitPath(folder).name
    let train = try arrays("train", folder)
    let test = File.kind(folder + "/x_test.npy") == .file ? try arrays("test", folder) : nil
    let task = try task(of: train.y, test?.y, source: folder)
    return LoadedData(
      dataset: try dataset(train, task, name), test: try test.map { try dataset($0, task, name) },
      notes: [
        "\(task.kind) with \(task.names.count) \(task.isClassification ? "classes" : "outputs")"
      ])
  }

  private static func arrays(
    _ part: String, _ folder: String
  ) throws -> (x: TensorData, y: TensorData) {
    (try NPY.read("\(folder)/x_\(part).npy"), try NPY.read("\(folder)/y_\(part).npy"))
  }

  private static func task(
    of y: TensorData, _ other: TensorData?, source: String
  ) throws(DataError) -> LearningTask {
    guard !y.dtype.isFloatingPoint, y.shape.count == 1 || y.shape.dropFirst() == [1] else {
      let width = y.shape.count == 1 ? 1 : y.shape.last ?? 1
      return .regression(outputs: width == 1 ? ["y"] : (0..<width).map { "y\($0 + 1)" })
    }
    let largest = max(y.doubles().max() ?? 0, other?.doubles().max() ?? 0)
    guard largest < 100_000 else {
      throw DataError(
        "class indices are below 100,000; found \(Int(largest))", source: source,
        hint: "Store numbers to predict as floats.")
    }
    return .classification(classes: (0...max(Int(largest), 1)).map(String.init))
  }

  private static func dataset(
    _ part: (x: TensorData, y: TensorData), _ task: LearningTask, _ name: String
  ) throws(DataError) -> Dataset {
    let (x, y) = part
    let rows = x.shape.first ?? 1
    guard y.shape.first == rows, task.isClassification ? y.count == rows : y.shape.count <= 2 else {
      throw DataError(
        "targets of shape \(y.shape) do not fit features of shape \(x.shape)", source: name)
    }
    let isImage = x.shape.count >= 3
    let imageShape = isImage ? (x.shape.count == 3 ? [1] : []) + x.shape.dropFirst() : nil
    return try Dataset(
      name: name, summary: "Arrays of \(rows) rows.", features: x, imageShape: imageShape,
      scale: isImage && x.dtype == .uint8 ? 1 / 255 : 1,
      targets: y.reshaped(to: task.isClassification ? [rows] : [rows, task.names.count]), task: task
    )
  }
}
