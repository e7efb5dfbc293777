/// A small PNG writer for the images inside an SVG, which must not need a library (PNG
/// specification, third edition, W3C 2025; deflate: RFC 1951, zlib: RFC 1950).
///
/// Colours go into a palette when there are at most 256, else into four bytes each. Compression
/// only knows runs of equal bytes, which heat maps have many of.
enum IndexedPNG {
  static func bytes(columns: Int, rows: Int, colours: [Colour]) -> [UInt8] {
    var palette: [Colour] = []
    var indices: [Colour: UInt8] = [:]
    for colour in colours where indices[colour] == nil && palette.count <= 256 {
      indices[colour] = UInt8(truncatingIfNeeded: palette.count)
      palette.append(colour)
    }
    let isIndexed = palette.count <= 256
    var scanlines: [UInt8] = []
    for row in 0..<rows {
      scanlines.append(0)  // no filter
      for colour in colours[row * columns..<(row + 1) * columns] {
        if isIndexed {
          scanlines.append(indices[colour] ?? 0)
        } else {
          scanlines += [colour.red, colour.green, colour.blue, alpha(of: colour)]
        }
      }
    }
    let header =
      bigEndian(columns) + bigEndian(rows) + [8, isIndexed ? 3 : 6, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", header)
    if isIndexed {
      file += chunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] })
      if palette.contains(where: { $0.opacity < 1 }) {
        file += chunk("tRNS", palette.map(alpha(of:)))
      }
    }
    return file + chunk("IDAT", RunLengthDeflate.zlib(scanlines)) + chunk("IEND", [])
  }

  private static func alpha(of colour: Colour) -> UInt8 { UInt8((255 * colour.opacity).rounded()) }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(name.utf8) + data
    return bigEndian(data.count) + content + bigEndian(Int(checksum(content)))
  }

  /// CRC-32 with the polynomial of ISO 3309.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }
}

/// Deflate with the fixed code (RFC 1951, 3.2.6) and no other matches than runs of one byte.
enum RunLengthDeflate {
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var bits = BitStream()
    bits.append(0b1, count: 1)  // the last block
    bits.append(0b01, count: 2)  // of the fixed code
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      bits.append(literal: Int(byte))
      position += 1
      var run = 0
      while run < 258, position + run < bytes.count, bytes[position + run] == byte { run += 1 }
      if run >= 3 {
        bits.append(runOf: run)
        position += run
      }
    }
    bits.append(literal: 256)  // the end
    let sum = adler(bytes)
    return [0x78, 0x01] + bits.bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
  }

  /// Adler-32.
  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }
}

/// Bits, the lowest of a byte first.
private struct BitStream {
  var bytes: [UInt8] = []
  private var free = 0

  mutating func append(_ value: Int, count: Int) {
    for index in 0..<count {
      if free == 0 {
        bytes.append(0)
        free = 8
      }
      if value >> index & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(8 - free) }
      free -= 1
    }
  }

  /// A literal byte or a length's symbol in the fixed code, whose bits come highest first.
  mutating func append(literal symbol: Int) {
    let (code, count) =
      switch symbol {
      case ..<144: (0b0011_0000 + symbol, 8)
      case ..<256: (0b1_1001_0000 + symbol - 144, 9)
      case ..<280: (symbol - 256, 7)
      default: (0b1100_0000 + symbol - 280, 8)
      }
    for index in (0..<count).reversed() { append(code >> index & 1, count: 1) }
  }

  /// "Copy so many bytes from one byte back", 3 to 258 of them.
  mutating func append(runOf length: Int) {
    if length == 258 {
      append(literal: 285)
    } else if length < 11 {
      append(literal: 254 + length)
    } else {
      // From 11 on four symbols share a number of extra bits: 1 bit for 11…18, 2 for 19…34, ….
      let extra = Int.bitWidth - 1 - (length - 3).leadingZeroBitCount - 2
      let offset = length - 3
      append(literal: 257 + 4 * extra + offset >> extra)
      append(offset & (1 << extra - 1), count: extra)
    }
    append(0, count: 5)  // distance 1
  }
}

enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// RFC 4648, section 4.
  static func text(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let value = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for index in 0..<4 {
        text.append(
          index <= part.count ? digits[value >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
