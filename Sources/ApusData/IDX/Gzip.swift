internal import ApusFormats
internal import ApusGraph
internal import CDeflate

/// One gzip member (RFC 1952) in one buffer.
public enum Gzip {
  /// The version of libdeflate that unpacks.
  public static var libraryVersion: String { LIBDEFLATE_VERSION_STRING }

  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Inflates the whole file and checks its CRC-32 and size. The memory is proven to fit first:
  /// the size is the one in the last four bytes, at most `maximumBytes` and 100 times the packed
  /// bytes; a second member or any other rest is refused.
  static func inflate(_ bytes: [UInt8], maximumBytes: Int) throws(FormatError) -> TensorData {
    func broken(_ rule: String, _ offset: Int? = nil, found: String? = nil) -> FormatError {
      FormatError("gzip", offset: offset, rule: rule, found: found)
    }
    guard bytes.count >= 18 else {
      throw broken("a member takes at least 18 bytes", 0, found: "\(bytes.count) bytes")
    }
    let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard size <= maximumBytes, size / 100 <= bytes.count else {
      throw broken(
        "the unpacked bytes are at most 100 times the packed ones and \(maximumBytes)",
        bytes.count - 4, found: "\(size) bytes from \(bytes.count)")
    }
    guard let decompressor = libdeflate_alloc_decompressor() else {
      throw broken("memory for unpacking is available")
    }
    defer { libdeflate_free_decompressor(decompressor) }
    var (taken, given) = (0, 0)
    var result = LIBDEFLATE_BAD_DATA
    // What libdeflate did not write is never read: the tensor goes unless all of it was written.
    let unpacked = TensorData(byteCount: size) { buffer in
      result = libdeflate_gzip_decompress_ex(
        decompressor, bytes, bytes.count, buffer.baseAddress, size, &taken, &given)
    }
    switch result {
    case LIBDEFLATE_SUCCESS: break
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      throw broken("the unpacked size is the one in the last four bytes, \(size)", bytes.count - 4)
    default: throw broken("the packed bytes and their checksum are intact")
    }
    guard taken == bytes.count, given == size else {
      throw broken("nothing follows the one member", taken, found: "\(bytes.count - taken) bytes")
    }
    return unpacked
  }
}
