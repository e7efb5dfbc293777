public import ApusGraph

/// The numbers of a network: tensors by path, in order of declaration.
public struct ParameterStore: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let path: String
    public var value: TensorData
  }

  public private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]

  public init() {}

  public var paths: [String] { entries.map(\.path) }

  /// The number of numbers.
  public var count: Int { entries.reduce(0) { $0 + $1.value.count } }

  /// The tensor at a path. Setting a new path appends it.
  public subscript(_ path: String) -> TensorData? {
    get { indices[path].map { entries[$0].value } }
    set {
      if let index = indices[path] {
        if let newValue {
          entries[index].value = newValue
        } else {
          entries.remove(at: index)
          indices = Dictionary(uniqueKeysWithValues: zip(paths, entries.indices))
        }
      } else if let newValue {
        indices[path] = entries.count
        entries.append(Entry(path: path, value: newValue))
      }
    }
  }
}
