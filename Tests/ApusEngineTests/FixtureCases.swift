import ApusFormats
import ApusGraph
import Testing

/// One case of `Tests/Fixtures/ops`: see the README there.
struct FixtureCase: Sendable {
  let op: String
  let number: Int
  let attributes: JSON
  let inputs: [TensorData]
  let output: TensorData

  func integers(_ key: String) -> [Int] { attributes[key]?.intValues ?? [] }
  func integer(_ key: String) -> Int { attributes[key]?.intValue ?? .min }
  func text(_ key: String) -> String? { attributes[key]?.stringValue }
  func real(_ key: String) -> Double { attributes[key]?.doubleValue ?? .nan }
  func flag(_ key: String) -> Bool { attributes[key]?.boolValue ?? false }

  /// All cases of an op's file.
  static func all(of op: String, file: StaticString = #filePath) throws -> [FixtureCase] {
    let tests = file.description.components(before: "/ApusEngineTests/")
    let fixture = try Safetensors(contentsOf: "\(tests)/Fixtures/ops/\(op).safetensors")
    let count = try #require(Int(fixture.text("cases") ?? ""))
    return try (0..<count).map { number in
      var inputs: [TensorData] = []
      while let input = fixture["case\(number).input\(inputs.count)"] { inputs.append(input) }
      return FixtureCase(
        op: op, number: number,
        attributes: try JSON(parsing: try #require(fixture.text("case\(number)"))), inputs: inputs,
        output: try #require(fixture["case\(number).output"]))
    }
  }
}

extension String {
  fileprivate func components(before marker: String) -> String {
    firstRange(of: marker).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
