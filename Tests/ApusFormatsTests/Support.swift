import ApusFormats
import Testing

/// A golden file of `Tests/Fixtures/formats`, made by `Scripts/fixtures/make_formats.py`.
func fixturePath(_ name: String) -> String {
  let here = File.splitPath(#filePath).folder!
  return File.splitPath(here).folder! + "/Fixtures/formats/" + name
}

func fixture(_ name: String) throws -> [UInt8] { try File.read(fixturePath(name)) }

/// Every prefix of the bytes and every copy with one bit turned.
func forEachCorruption(of bytes: [UInt8], _ body: ([UInt8]) throws -> Void) rethrows {
  for count in bytes.indices { try body(Array(bytes[..<count])) }
  var copy = bytes
  for index in bytes.indices {
    for bit in 0..<8 {
      copy[index] ^= 1 << bit
      try body(copy)
      copy[index] ^= 1 << bit
    }
  }
}

/// The error that `body` throws.
func thrown<E: Error>(_: E.Type, _ body: () throws -> Void) -> E? {
  do {
    try body()
    return nil
  } catch { return error as? E }
}

func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch { return "\(error)" }
}
