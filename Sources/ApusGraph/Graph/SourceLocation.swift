/// A place in the user's program: `MyModel/Net.swift:12`.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  public let file: String
  public let line: Int

  public init(file: StaticString, line: UInt) {
    self.file = file.description
    self.line = Int(line)
  }

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

/// Where nodes are being added from: the layer's path and the line that called the function.
///
/// A task-local value, so that two tasks that build graphs at once do not disturb each other.
/// Layers and functions set it; operators, which cannot take `#line`, inherit it.
public struct BuildSite: Sendable {
  public var scope = ""
  public var location: SourceLocation?

  @TaskLocal public static var current = BuildSite()

  /// Runs `body` with nodes recorded under `scope`, a path such as `encoder/dense_1`.
  public static func inScope<R>(_ scope: String, _ body: () throws -> R) rethrows -> R {
    var site = current
    site.scope = scope
    return try $current.withValue(site, operation: body)
  }

  /// Runs `body` with nodes recorded at a source line; an outer line wins, so that the user's own
  /// call is named and not the library's inner one.
  public static func at<R>(
    _ file: StaticString, _ line: UInt, _ body: () throws -> R
  ) rethrows -> R {
    if current.location != nil { return try body() }
    var site = current
    site.location = SourceLocation(file: file, line: line)
    return try $current.withValue(site, operation: body)
  }
}
