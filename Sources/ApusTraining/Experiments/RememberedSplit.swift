public import ApusData
public import ApusFormats
import ApusGraph
public import ApusLayers

/// How the data of an experiment was cut, kept in the model file: on the same data, the rows that
/// were held out are found again, so that an evaluation is not flattered by rows of the training.
public struct RememberedSplit: Hashable, Sendable {
  /// ``Dataset/fingerprint`` of the data before the cut.
  public let fingerprint: String
  public let validationShare: Double
  public let testShare: Double
  public let seed: UInt64

  public init(fingerprint: String, validationShare: Double, testShare: Double, seed: UInt64) {
    self.fingerprint = fingerprint
    self.validationShare = validationShare
    self.testShare = testShare
    self.seed = seed
  }

  /// The parts of the same data; nil when these are other data.
  public func parts(of data: LoadedData) throws -> ExperimentParts? {
    guard data.dataset.fingerprint == fingerprint else { return nil }
    var experiment = Experiment()
    experiment.validationShare = validationShare
    experiment.testShare = testShare
    experiment.seed = seed
    return try experiment.parts(of: data)
  }

  public var json: JSON {
    [
      "fingerprint": .string(fingerprint), "validation": .number(validationShare),
      "test": .number(testShare), "seed": .string(String(seed)),
    ]
  }

  /// Nil when the JSON is of another kind.
  public init?(json: JSON) {
    guard let fingerprint = json["fingerprint"]?.stringValue,
      let validation = json["validation"]?.doubleValue, let test = json["test"]?.doubleValue,
      let seed = json["seed"]?.stringValue.flatMap({ UInt64($0) })
    else { return nil }
    self.init(
      fingerprint: fingerprint, validationShare: validation, testShare: test, seed: seed)
  }
}

extension Experiment {
  func split(of data: LoadedData) -> RememberedSplit {
    RememberedSplit(
      fingerprint: data.dataset.fingerprint, validationShare: validationShare,
      testShare: testShare, seed: seed)
  }
}

extension Network {
  /// How the data was cut that the network was trained on; nil when it does not remember.
  public var split: RememberedSplit? {
    get throws {
      guard let text = notes["split"] else { return nil }
      return RememberedSplit(json: try JSON(parsing: text))
    }
  }

  mutating func remember(_ split: RememberedSplit) { notes["split"] = split.json.text() }
}
