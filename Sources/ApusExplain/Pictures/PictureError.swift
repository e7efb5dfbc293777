public import ApusGraph

/// A model, data or settings of which a picture cannot be made.
public struct PictureError: DiagnosableError, Hashable, Sendable {
  public let description: String
  public let kind: ErrorKind

  public init(_ description: String, kind: ErrorKind = .usage) {
    self.description = description
    self.kind = kind
  }
}
