import ApusData
import ApusDrawing
import ApusExplain
import ApusFormats
import ApusLayers
import ApusTraining
import Glibc
import Testing

/// A new folder, removed with all that is in it after `body`.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/apus-explain-XXXXXX".utf8CString)
  let folder = String(cString: try #require(mkdtemp(&template)))
  defer { remove(folder: folder) }
  try body(folder)
}

private func remove(folder: String) {
  for name in (try? File.list(folder)) ?? [] {
    let path = folder + "/" + name
    if File.kind(path) == .folder { remove(folder: path) } else { remove(path) }
  }
  rmdir(folder)
}

/// A network trained on a small set for a moment, as `apus train` would.
func trained(
  _ name: String, hidden: [Int] = [4], activation: Activation = .tanh, epochs: Int = 20
) throws -> (network: Network, data: LoadedData, history: History) {
  var experiment = Experiment()
  experiment.hidden = hidden
  experiment.activation = activation
  experiment.epochs = epochs
  experiment.optimizer = Adam(learningRate: 0.02)
  experiment.validationShare = 0.2
  let data = try Datasets.load(name)
  let result = try experiment.run(on: data)
  return (result.network, data, result.history)
}

/// What every figure must be: laid out well, in 80 columns, described, equal when made again.
func expectSound(_ figure: Figure, _ comment: Comment? = nil) {
  #expect(figure.picture.layoutMistakes == [], comment)
  #expect(!figure.caption.isEmpty, comment)
  #expect(!figure.table.rows.isEmpty, comment)
  #expect(figure.table.rows.allSatisfy { $0.count == figure.table.columns.count }, comment)
  let lines = figure.terminalText().split(separator: "\n")
  #expect(lines.allSatisfy { $0.count <= 80 }, comment)
  #expect(!figure.picture.svg().contains("nan"), comment)
}
