internal import ApusGraph

extension Safetensors {
  /// Reads a file. Loads BOOL, U8, F32, F64, BF16 and I32 as they are, F16 as float32 and the
  /// other integers as int32 when they fit; other types are refused with a clear error.
  public init(
    contentsOf path: String, maximumBytes: Int = File.defaultMaximumBytes
  ) throws {
    let bytes = try File.read(path, maximumBytes: maximumBytes)
    self = try namingFile(path) { try Safetensors(decoding: bytes) }
  }

  /// Reads the bytes of a file, by every rule of the format and some stricter ones: no duplicate
  /// names, no unknown fields, no gap and no overlap between tensors.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    let (header, dataStart) = try readHeader(bytes)
    var spans: [Span] = []
    for member in header.members ?? [] {
      if member.name == "__metadata__" {
        metadata = try readMetadata(member.value)
      } else {
        spans.append(try Span(member))
      }
    }
    guard spans.count <= Safetensors.maximumTensors else {
      throw broken("at most \(Safetensors.maximumTensors) tensors", found: "\(spans.count)")
    }
    try checkCoverage(spans, dataBytes: bytes.count - dataStart)
    for span in spans {
      let range = dataStart + span.begin..<dataStart + span.end
      let data = try span.element.decode(
        bytes, range, shape: span.shape, bigEndian: false, format: Safetensors.formatName)
      tensors.append((span.name, data))
    }
  }
}

private func broken(
  _ rule: String, offset: Int? = nil, found: String? = nil, hint: String? = nil
) -> FormatError {
  FormatError(Safetensors.formatName, offset: offset, rule: rule, found: found, hint: hint)
}

/// u64 N, N bytes of JSON padded with spaces, the data.
private func readHeader(_ bytes: [UInt8]) throws(FormatError) -> (JSON, dataStart: Int) {
  var cursor = ByteCursor(bytes, format: Safetensors.formatName)
  let size = try cursor.littleEndian(UInt64.self, "the size of the header")
  guard size >= 2, size <= Safetensors.maximumHeaderBytes else {
    throw broken(
      "the header has 2 to \(Safetensors.maximumHeaderBytes) bytes", offset: 0, found: "\(size)",
      hint: "Is this a safetensors file?")
  }
  let range = try cursor.take(Int(size), "the header")
  guard bytes[range.lowerBound] == UInt8(ascii: "{") else {
    throw broken("the header must start with \"{\"", offset: range.lowerBound)
  }
  var text = Array(bytes[range])
  while text.last == 0x20 { text.removeLast() }
  guard text.last == UInt8(ascii: "}") else {
    throw broken("the header must end with \"}\" and spaces", offset: range.upperBound - 1)
  }
  do {
    let header = try JSON(
      parsing: text, maximumDepth: 4, format: Safetensors.formatName + " header")
    return (header, range.upperBound)
  } catch {
    var located = error
    located.offset = error.offset.map { $0 + range.lowerBound }
    throw located
  }
}

private func readMetadata(
  _ value: JSON
) throws(FormatError) -> [(key: String, value: String)] {
  guard let members = value.members else {
    throw broken("__metadata__ is an object of texts")
  }
  var entries: [(key: String, value: String)] = []
  for member in members {
    guard let text = member.value.stringValue else {
      throw broken("__metadata__ is an object of texts", found: "another value at \(member.name)")
    }
    entries.append((member.name, text))
  }
  return entries
}

/// Where one tensor lies in the data section.
private struct Span {
  let name: String
  let element: StoredElement
  let shape: [Int]
  let begin: Int
  let end: Int

  init(_ member: JSON.Member) throws(FormatError) {
    name = member.name
    let subject = "tensor \"\(printable(name, limit: 80))\""
    guard isLegalTensorName(name) else {
      throw broken(
        "a tensor's name has 1 to \(Safetensors.maximumNameBytes) bytes and no control characters",
        found: subject)
    }
    guard let fields = member.value.members, fields.count == 3,
      let type = member.value["dtype"]?.stringValue, let dims = member.value["shape"]?.elements,
      let offsets = member.value["data_offsets"]?.intValues
    else { throw broken("\(subject) has exactly dtype, shape and data_offsets") }
    shape = try readShape(dims, subject)
    guard let bits = bitsPerElement[type] else {
      throw broken("\(subject) has a known dtype", found: type)
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw broken("\(subject) has data_offsets [begin, end] with 0 ≤ begin ≤ end")
    }
    (begin, end) = (offsets[0], offsets[1])
    guard let size = byteCount(shape, bits: bits), size == end - begin else {
      throw broken(
        "\(subject) has the bytes of its shape \(shape) and dtype \(type)",
        found: "\(end - begin) bytes")
    }
    guard let element = elements[type] else {
      throw broken(
        "\(subject) has a dtype that this program loads (\(loadedTypes))", found: type)
    }
    self.element = element
  }
}

func isLegalTensorName(_ name: String) -> Bool {
  (1...Safetensors.maximumNameBytes).contains(name.utf8.count)
    && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}

private func readShape(_ dims: [JSON], _ subject: String) throws(FormatError) -> [Int] {
  guard dims.count <= Safetensors.maximumRank else {
    throw broken("\(subject) has at most \(Safetensors.maximumRank) dimensions")
  }
  var shape: [Int] = []
  for dim in dims {
    guard let count = dim.intValue, (0...Safetensors.maximumDimension).contains(count) else {
      throw broken(
        "\(subject) has dimensions that are whole numbers from 0 to 2^48", found: dim.text())
    }
    shape.append(count)
  }
  return shape
}

/// The bytes of a shape, multiplied in order; nil on overflow or when they are not whole bytes.
private func byteCount(_ shape: [Int], bits: Int) -> Int? {
  var total = bits
  for count in shape {
    let (product, overflow) = total.multipliedReportingOverflow(by: count)
    if overflow { return nil }
    total = product
  }
  return total % 8 == 0 && checkedElementCount(shape) != nil ? total / 8 : nil
}

/// The tensors cover the data section without gap, overlap and rest.
private func checkCoverage(_ spans: [Span], dataBytes: Int) throws(FormatError) {
  let sorted = spans.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
  var position = 0
  for span in sorted {
    guard span.begin == position else {
      throw broken(
        "each tensor begins where the one before it ends, at \(position)",
        found: "\"\(printable(span.name, limit: 80))\" begins at \(span.begin)")
    }
    position = span.end
  }
  guard position == dataBytes else {
    throw broken("the tensors take all \(dataBytes) bytes of data", found: "\(position) bytes")
  }
}

private let bitsPerElement: [String: Int] = [
  "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8,
  "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
  "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
]

private let elements: [String: StoredElement] = [
  "BOOL": .bool, "U8": .uint8, "I8": .int8, "I16": .int16, "U16": .uint16, "F16": .float16,
  "BF16": .bfloat16, "I32": .int32, "U32": .uint32, "F32": .float32, "F64": .float64,
  "I64": .int64, "U64": .uint64,
]

private let loadedTypes = "BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64"
