#if OneDNN
public import ApusEngine
import CDNNL

/// oneDNN as the fast engine's way to multiply large matrices.
public enum OneDNN {
  /// The fast engine with oneDNN for large products. Where the library cannot be loaded, the
  /// engine's own loops compute them.
  public static func engine() -> FastEngine {
    FastEngine(contractions: LargeProducts(), bfloat16: PackedProducts())
  }

  /// The fast engine with oneDNN for nothing but products in bfloat16, where it has them.
  public static func bfloat16Engine() -> FastEngine {
    FastEngine(contractions: nil, bfloat16: PackedProducts())
  }

  /// The version of the library, such as `2.6.3`; nil when it cannot be loaded.
  public static var version: String? {
    var text = [CChar](repeating: 0, count: 32)
    apus_dnnl_version(&text, Int64(text.count))
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
#endif
