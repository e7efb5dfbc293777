import ApusFormats
import ApusGraph
import Testing

/// The path of a file under `Tests/Fixtures`.
func fixturePath(_ name: String) -> String {
  let here = File.splitPath(#filePath).folder!
  return File.splitPath(here).folder! + "/Fixtures/" + name
}

func fixtureTensors(_ name: String) throws -> Safetensors {
  try Safetensors(decoding: File.read(fixturePath(name)))
}

func fixtureJSON(_ name: String) throws -> JSON {
  try JSON(parsing: File.read(fixturePath(name)))
}

/// The largest difference divided by the largest absolute value that is expected.
func drift(_ found: [Double], from expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let largest = expected.reduce(0) { max($0, abs($1)) }
  let difference = zip(found, expected).reduce(0) {
    $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1))
  }
  return difference / (largest == 0 ? 1 : largest)
}

/// The text of the error that `body` throws; nil when it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch { return "\(error)" }
}
