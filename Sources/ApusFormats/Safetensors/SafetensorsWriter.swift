internal import ApusGraph

extension Safetensors {
  /// Writes the file by the protocol of ``AtomicFile``. Equal values give equal bytes: tensors are
  /// sorted by the size of their elements, the largest first, then by name.
  public func write(
    to path: String, overwriting: Bool = false, survival: FileSurvival = .ofPowerCut
  ) throws {
    let sorted = try namingFile(path) { try checkedAndSorted() }
    var file = try AtomicFile(path, overwriting: overwriting, survival: survival)
    try file.append(try namingFile(path) { try header(of: sorted) })
    for tensor in sorted {
      var failure: FileError?
      tensor.data.withUnsafeBytes { bytes in
        do throws(FileError) { try file.append(bytes) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    try file.commit()
  }

  /// The bytes of the file.
  public func encoded() throws(FormatError) -> [UInt8] {
    let sorted = try checkedAndSorted()
    var bytes = try header(of: sorted)
    for tensor in sorted { tensor.data.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  private func checkedAndSorted() throws(FormatError) -> [(name: String, data: TensorData)] {
    var names: Set<[UInt8]> = [Array("__metadata__".utf8)]
    for (name, _) in tensors {
      guard isLegalTensorName(name), names.insert(Array(name.utf8)).inserted else {
        throw FormatError(
          Safetensors.formatName,
          rule: "names of tensors are unique, not empty and without control characters",
          found: "\"\(name)\"")
      }
    }
    return tensors.sorted { a, b in
      let (sizeA, sizeB) = (a.data.dtype.byteCount, b.data.dtype.byteCount)
      return sizeA != sizeB ? sizeA > sizeB : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
  }

  /// The length and the JSON, padded with spaces so that the data starts at a multiple of 8.
  private func header(
    of sorted: [(name: String, data: TensorData)]
  ) throws(FormatError) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.map { JSON.Member($0.key, .string($0.value)) }
      members.append(.init("__metadata__", .object(texts)))
    }
    var offset = 0
    for (name, data) in sorted {
      let fields: JSON = [
        "dtype": .string(typeName(data.dtype)), "shape": JSON(data.shape),
        "data_offsets": JSON([offset, offset + data.byteCount]),
      ]
      members.append(.init(name, fields))
      offset += data.byteCount
    }
    var text = JSON.object(members).encoded()
    while text.count % 8 != 0 { text.append(0x20) }
    guard text.count <= Safetensors.maximumHeaderBytes else {
      throw FormatError(
        Safetensors.formatName,
        rule: "the header has at most \(Safetensors.maximumHeaderBytes) bytes",
        found: "\(text.count)")
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }
}

private func typeName(_ dtype: DType) -> String {
  switch dtype {
  case .float32: "F32"
  case .float64: "F64"
  case .bfloat16: "BF16"
  case .int32: "I32"
  case .uint8: "U8"
  case .bool: "BOOL"
  }
}
