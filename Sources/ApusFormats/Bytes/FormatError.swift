public import ApusGraph

/// Bytes that break a rule of their format.
///
/// Prints as `weights.safetensors: safetensors, byte 8: the header must start with "{"; found " "`.
public struct FormatError: DiagnosableError, Hashable, Sendable {
  /// The format's name: `safetensors`, `NPY`, `JSON`, `IDX`, `gzip`.
  public var format: String
  /// Where in the file the rule is broken, counted from 0; nil when it concerns the whole file.
  public var offset: Int?
  /// The rule, as a sentence that says what is expected.
  public var rule: String
  /// What the bytes say instead.
  public var found: String?
  /// What the reader may try.
  public var hint: String?
  /// The file; nil for bytes from elsewhere.
  public var path: String?

  public init(
    _ format: String, offset: Int? = nil, rule: String, found: String? = nil, hint: String? = nil,
    path: String? = nil
  ) {
    self.format = format
    self.offset = offset
    self.rule = rule
    self.found = found
    self.hint = hint
    self.path = path
  }

  public var kind: ErrorKind { .badData }

  public var description: String {
    var text = path.map { printable($0) + ": " } ?? ""
    text += format
    if let offset { text += ", byte \(offset)" }
    text += ": \(printable(rule))"
    if let found { text += "; found \(printable(found))" }
    if let hint { text += ". \(printable(hint))" }
    return text
  }

  /// The same error, naming its file.
  public func inFile(_ path: String) -> FormatError {
    var copy = self
    copy.path = path
    return copy
  }
}

/// Runs `body` and names the file in the format errors that it throws.
public func namingFile<R>(_ path: String, _ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as FormatError {
    throw error.inFile(path)
  }
}

/// The text with control characters written as escapes and at most `limit` characters, so that a
/// name from a file can be shown in a terminal.
public func printable(_ text: String, limit: Int = 1_000) -> String {
  var result = ""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else { return result + "…" }
    count += 1
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      result += "\\u{" + String(scalar.value, radix: 16) + "}"
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
