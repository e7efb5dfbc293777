import ApusData
import ApusFormats
import Testing

/// The root of the package.
let packageRoot: String = {
  var folder = File.splitPath(#filePath).folder!
  for _ in 0..<2 { folder = File.splitPath(folder).folder! }
  return folder
}()

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

/// The words of the error that `body` throws.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch { return "\(error)" }
}

func table(_ text: String, source: String = "t.csv") throws -> Table {
  try Table(Array(text.utf8), source: source)
}
