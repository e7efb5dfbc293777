import ApusData
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Glibc
import Testing

/// A new folder, removed with the files in it after `body`.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/apus-training-XXXXXX".utf8CString)
  let folder = String(cString: try #require(mkdtemp(&template)))
  defer {
    for name in (try? File.list(folder)) ?? [] { remove(folder + "/" + name) }
    rmdir(folder)
  }
  try body(folder)
}

/// The bytes of the model file of a network.
func modelBytes(_ network: Network) throws -> [UInt8] {
  var bytes: [UInt8] = []
  try inTemporaryFolder { folder in
    try network.save(to: folder + "/model.safetensors")
    bytes = try File.read(folder + "/model.safetensors")
  }
  return bytes
}

/// Two inputs, one hidden layer with dropout, two classes.
func dropoutNetwork(for data: Dataset, seed: UInt64 = 0) throws -> Network {
  let model = Sequential {
    Dense(16, activation: .relu)
    Dropout(0.3)
    Dense(16, activation: .tanh)
    Dense(data.task.names.count)
  }
  return try Network(model, for: data, seed: seed)
}

/// A regression data set of given rows.
func regressionData(_ rows: [([Float], [Float])], name: String = "rows") throws -> Dataset {
  let width = rows[0].0.count
  let outputs = rows[0].1.count
  return try Dataset(
    name: name, features: TensorData(rows.flatMap(\.0), shape: [rows.count, width]),
    targets: TensorData(rows.flatMap(\.1), shape: [rows.count, outputs]),
    task: .regression(outputs: (0..<outputs).map { "y\($0)" }))
}
