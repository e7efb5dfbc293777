import ApusData
import ApusFormats
import Glibc
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

/// A new folder, removed with the files in it after `body`.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/apus-data-XXXXXX".utf8CString)
  let folder = String(cString: try #require(mkdtemp(&template)))
  defer {
    for name in (try? File.list(folder)) ?? [] { remove(folder + "/" + name) }
    rmdir(folder)
  }
  try body(folder)
}
