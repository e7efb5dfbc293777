public import ApusGraph

/// A name that stands for nothing in its list.
public struct UnknownNameError: DiagnosableError, Hashable, Sendable {
  /// `activation`, `loss`, …
  public let subject: String
  public let name: String
  public let known: [String]

  public var kind: ErrorKind { .usage }

  public var description: String {
    let suggestion = didYouMean(name, in: known).map { " \($0)" } ?? ""
    return
      "there is no \(subject) \"\(name)\".\(suggestion) Known: \(known.joined(separator: ", "))"
  }
}

/// The element of a list with a name; case does not count and `-` is `_`.
func lookUp<Element>(
  _ name: String, in list: [Element], kind: String, by key: (Element) -> String
) throws(UnknownNameError) -> Element {
  let wanted = String(name.lowercased().map { $0 == "-" ? "_" : $0 })
  if let found = list.first(where: { key($0) == wanted }) { return found }
  throw UnknownNameError(subject: kind, name: wanted, known: list.map(key))
}
