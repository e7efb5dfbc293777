public import ApusGraph

/// A layer as data: its kind, its settings and the layers inside it. What `--model FILE.json` and the
/// architecture in a model file hold.
public struct LayerDescription: Hashable, Sendable {
  public let kind: String
  public let settings: Attributes
  public let children: [LayerDescription]

  public init(kind: String, settings: Attributes = [:], children: [LayerDescription] = []) {
    self.kind = kind
    self.settings = settings
    self.children = children
  }

  /// The description of a layer. One of your own that is not a ``DescribedLayer`` gives its kind
  /// only.
  public init(of layer: some Layer) {
    let described = layer as? any DescribedLayer
    kind = type(of: layer).kind
    settings = described?.settings ?? [:]
    children = (described?.children ?? []).map { LayerDescription(of: $0) }
  }

  /// The layer that this describes.
  ///
  /// - Parameter path: where it stands, for error messages: `layers[0]`.
  /// - Throws: ``DescriptionError`` naming the place, with a suggestion for mistyped names.
  public func layer(at path: String = "model") throws -> any Layer {
    let kinds = LayerList.all.map { $0.kind }
    guard let type = LayerList.all.first(where: { $0.kind == kind }) else {
      throw DescriptionError(
        path: path, rule: "there is no layer kind \"\(kind)\"",
        hint: didYouMean(kind, in: kinds) ?? "known are \(kinds.joined(separator: ", "))")
    }
    let inner = try children.enumerated().map { try $1.layer(at: "\(path).layers[\($0)]") }
    return try type.init(reading: SettingReader(path: path, settings: settings, children: inner))
  }
}

/// A layer that a description can say in full.
public protocol DescribedLayer: Layer {
  /// The settings that differ from the defaults, in the order in which people read them.
  var settings: Attributes { get }

  /// The layers inside it.
  var children: [any Layer] { get }

  /// Reads the settings back. Throws ``DescriptionError``.
  init(reading reader: SettingReader) throws
}

extension DescribedLayer {
  public var children: [any Layer] { [] }
}

/// The layers that a description can name.
public enum LayerList {
  public static let all: [any DescribedLayer.Type] = [
    Dense.self, Activation.self, Flatten.self, Reshape.self, Dropout.self, GaussianNoise.self,
    Normalization.self, Denormalization.self, Residual.self, Sequential.self,
  ]
}

/// A mistake in the description of an architecture.
public struct DescriptionError: DiagnosableError, Hashable, Sendable {
  /// Where it is: `layers[2].units`.
  public let path: String
  public let rule: String
  public let hint: String?

  public init(path: String, rule: String, hint: String? = nil) {
    self.path = path
    self.rule = rule
    self.hint = hint
  }

  public var kind: ErrorKind { .badData }

  public var description: String { "\(path): \(rule)" + (hint.map { "; hint: \($0)" } ?? "") }
}
