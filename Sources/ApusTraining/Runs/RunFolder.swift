public import ApusFormats

/// The folder that a run leaves: effective configuration, metrics, model and, when it was stopped,
/// the state to go on from. Everything that may differ between equal runs (time, host, paths) is
/// here and not in the model.
public struct RunFolder: Sendable {
  public let path: String

  public var modelPath: String { "\(path)/model.safetensors" }
  public var statePath: String { "\(path)/state.safetensors" }
  public var configurationPath: String { "\(path)/config.json" }
  public var csvPath: String { "\(path)/metrics.csv" }
  public var jsonLinesPath: String { "\(path)/metrics.jsonl" }
  /// The loss of single batches; see ``BatchLosses``.
  public var batchesPath: String { "\(path)/batches.csv" }
  /// What the last step changed; see ``LastUpdate``.
  public var updatePath: String { "\(path)/update.safetensors" }
  /// The network after some epochs, when it was asked for; see ``Snapshots``.
  public var snapshotsPath: String { "\(path)/snapshots.safetensors" }
  public var boundaryPath: String { "\(path)/boundary.svg" }
  public var curvesPath: String { "\(path)/curves.svg" }
  public var resultPath: String { "\(path)/result.json" }
  public var healthPath: String { "\(path)/health.json" }

  /// A folder of a given path, made when it is not there.
  public init(_ path: String) throws {
    self.path = path
    try File.makeFolder(path)
  }

  /// A folder that is there.
  public init(existing path: String) { self.path = path }

  /// The first free `PARENT/NAME-n`, n = 1, 2, ….
  public init(parent: String = "runs", name: String) throws {
    try File.makeFolder(parent)
    let stem = name.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : "_" }
    var number = 1
    while try !File.makeNewFolder("\(parent)/\(String(stem))-\(number)") { number += 1 }
    path = "\(parent)/\(String(stem))-\(number)"
  }

  /// Writes a JSON file of this folder, in place of an older one.
  public func write(_ json: JSON, to path: String) throws {
    var text = UTF8Text()
    text.append(json, indented: true)
    text.append("\n")
    try File.write(text.bytes, to: path, overwriting: true, survival: .ofKill)
  }
}
