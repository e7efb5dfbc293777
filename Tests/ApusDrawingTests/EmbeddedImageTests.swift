import ApusDrawing
import Testing

/// The images inside an SVG, read back byte by byte.
struct EmbeddedImageTests {
  private func image(_ cells: Cells) throws -> [UInt8] {
    let picture = Picture(size: Size(50, 50), title: "", description: "", marks: [.cells(cells)])
    let match = try #require(picture.svg(theme: .light).firstMatch(of: #/base64,([^"]*)"/#))
    return try #require(decodedBase64(String(match.output.1)))
  }

  @Test(arguments: [(1, 1), (7, 5), (300, 20), (28, 28)])
  func pixelsComeBack(columns: Int, rows: Int) throws {
    let inks = (0..<columns * rows).map { Ink.signed(Double(($0 * 7919) % 201) / 100 - 1) }
    let cells = Cells(in: Rect(0, 0, 50, 50), columns: columns, rows: rows, inks: inks)
    let png = try PNG(try image(cells))
    #expect(png.width == columns && png.height == rows)
    for (index, ink) in inks.enumerated() {
      let colour = Theme.light.colour(of: ink)
      #expect(png.pixel(index) == [colour.red, colour.green, colour.blue])
    }
  }

  @Test func longRunsAreShort() throws {
    let plain = Cells(
      in: Rect(0, 0, 50, 50), columns: 500, rows: 500,
      inks: Array(repeating: .grey(0.5), count: 250_000))
    let bytes = try image(plain)
    #expect(bytes.count < 6_000)
    #expect(try PNG(bytes).pixel(249_999) == [128, 128, 128])
  }

  @Test func manyColoursNeedNoPalette() throws {
    let inks = (0..<1_000).map { Ink.fixed(Colour(UInt32($0 * 16_001))) }
    let cells = Cells(in: Rect(0, 0, 50, 50), columns: 40, rows: 25, inks: inks)
    let png = try PNG(try image(cells))
    let last = 999 * 16_001
    #expect(png.pixel(999) == [16, 8, 0].map { UInt8(truncatingIfNeeded: last >> $0) })
  }
}

private func decodedBase64(_ text: String) -> [UInt8]? {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  var bytes: [UInt8] = []
  var (value, bits) = (0, 0)
  for character in text where character != "=" {
    guard let digit = digits.firstIndex(of: character) else { return nil }
    value = (value << 6 | digit) & 0xFFFF
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(value >> bits & 255))
    }
  }
  return bytes
}

/// A reader of just what our writer may write; fails on anything else.
private struct PNG {
  let width: Int
  let height: Int
  private let palette: [UInt8]
  private let bytesPerPixel: Int
  private let data: [UInt8]

  init(_ file: [UInt8]) throws {
    try #require(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ index: Int) -> Int { file[index..<index + 4].reduce(0) { $0 << 8 | Int($1) } }
    var position = 8
    var chunks: [String: [UInt8]] = [:]
    while position < file.count {
      let length = number(position)
      let name = String(decoding: file[position + 4..<position + 8], as: UTF8.self)
      chunks[name] = Array(file[position + 8..<position + 8 + length])
      let sum = checksum(file[position + 4..<position + 8 + length])
      try #require(number(position + 8 + length) == Int(sum), "the checksum of \(name)")
      position += 12 + length
    }
    let header = try #require(chunks["IHDR"])
    width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
    height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
    palette = chunks["PLTE"] ?? []
    bytesPerPixel = header[9] == 3 ? 1 : 4
    data = try inflated(try #require(chunks["IDAT"]))
    try #require(data.count == height * (width * bytesPerPixel + 1))
  }

  func pixel(_ index: Int) -> [UInt8] {
    let start = index / width * (width * bytesPerPixel + 1) + 1 + index % width * bytesPerPixel
    guard bytesPerPixel == 1 else { return Array(data[start..<start + 3]) }
    let entry = 3 * Int(data[start])
    return Array(palette[entry..<entry + 3])
  }
}

private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var value: UInt32 = .max
  for byte in bytes {
    for bit in 0..<8 {
      let low = (value ^ UInt32(byte >> UInt8(bit))) & 1
      value = value >> 1 ^ (low == 1 ? 0xEDB8_8320 : 0)
    }
  }
  return ~value
}

/// Inflates one block of the fixed code (RFC 1951, 3.2.6).
private func inflated(_ stream: [UInt8]) throws -> [UInt8] {
  var position = 16
  func bit() -> Int {
    defer { position += 1 }
    return Int(stream[position / 8] >> UInt8(position % 8) & 1)
  }
  func bits(_ count: Int) -> Int { (0..<count).reduce(0) { $0 | bit() << $1 } }
  func symbol() -> Int {
    var code = 0
    for length in 1...9 {
      code = code << 1 | bit()
      switch length {
      case 7 where code <= 0b001_0111: return 256 + code
      case 8 where (0b0011_0000...0b1011_1111).contains(code): return code - 0b0011_0000
      case 8 where (0b1100_0000...0b1100_0111).contains(code): return 280 + code - 0b1100_0000
      case 9: return 144 + code - 0b1_1001_0000
      default: continue
      }
    }
    return -1
  }
  try #require(bits(1) == 1 && bits(2) == 1)
  var bytes: [UInt8] = []
  while case let symbol = symbol(), symbol != 256 {
    if symbol < 256 {
      bytes.append(UInt8(symbol))
      continue
    }
    let length: Int
    switch symbol {
    case 257...264: length = symbol - 254
    case 285: length = 258
    default:
      let extra = (symbol - 261) / 4
      length = 3 + ((4 + (symbol - 261) % 4) << extra) + bits(extra)
    }
    try #require(bits(5) == 0, "only runs of one byte")
    bytes += Array(repeating: try #require(bytes.last), count: length)
  }
  return bytes
}
