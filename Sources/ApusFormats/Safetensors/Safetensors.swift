public import ApusGraph

/// Tensors with names and a few texts about them, as the safetensors format holds them
/// (https://github.com/huggingface/safetensors).
///
/// ```swift
/// var file = Safetensors()
/// file.tensors.append((name: "dense_1.weight", data: weight))
/// file.metadata.append((key: "format", value: "apus"))
/// try file.write(to: "model.safetensors")
/// ```
public struct Safetensors: Sendable {
  /// In the order of the file's header; names are unique.
  public var tensors: [(name: String, data: TensorData)] = []
  /// In the order of the file's header; keys are unique.
  public var metadata: [(key: String, value: String)] = []

  public init() {}

  /// The tensor of this name.
  public subscript(_ name: String) -> TensorData? {
    tensors.first { $0.name.utf8.elementsEqual(name.utf8) }?.data
  }

  /// The text under this key of the metadata.
  public func text(_ key: String) -> String? {
    metadata.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  static let formatName = "safetensors"
  static let maximumHeaderBytes = 100_000_000
  static let maximumTensors = 1_000_000
  static let maximumNameBytes = 1_024
  static let maximumRank = 32
  static let maximumDimension = 1 << 48
}
