internal import ApusFormats
internal import ApusGraph
public import ApusLayers

/// One number among a network's parameters, as people name it: `dense_1[3,5]` is the weight of
/// `dense_1` into unit 3 from input 5, `dense_1.bias[3]` its bias; counted from 0 as in NumPy.
public struct ParameterPlace: Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let index: [Int]
  /// In row-major order.
  public let offset: Int

  /// - Throws: with the nearest name, or the shape that the index must fit.
  public init(parsing text: String, in parameters: ParameterStore) throws {
    guard text.contains("["), text.hasSuffix("]") else {
      throw PictureError(
        "\"\(printable(text, limit: 80))\" names no single number; write a layer and the place in "
          + "it, as dense_1[3,5] or dense_1.bias[3]")
    }
    let name = Self.name(text)
    let paths = parameters.paths
    guard let place = try Self(parsing: text, in: paths.map { ($0, parameters[$0]?.shape ?? []) })
    else {
      throw PictureError(
        "there is no parameter \"\(printable(name, limit: 60))\"; "
          + (didYouMean(name, in: paths + paths.map { String($0.prefix { $0 != "." }) })
            ?? "there are " + paths.prefix(12).joined(separator: ", ")))
    }
    self = place
  }

  /// Nil where none of the tensors has that name.
  init?(parsing text: String, in tensors: [(path: String, shape: [Int])]) throws {
    let name = Self.name(text)
    guard
      let (path, shape) = [name, name + ".weight"].lazy.compactMap({ name in
        tensors.first { $0.path == name }
      }).first
    else { return nil }
    let inside = text.dropFirst(name.count + 1).dropLast()
    let numbers = inside.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.drop { $0 == " " }) ?? -1
    }
    guard text.hasSuffix("]"), numbers.count == shape.count,
      zip(numbers, shape).allSatisfy({ $0 >= 0 && $0 < $1 })
    else {
      throw PictureError(
        "\"\(printable(text, limit: 80))\": \(path) has the shape \(shape), so its places are counted "
          + "from 0 below those numbers, as \(name)[\(shape.map { _ in "0" }.joined(separator: ","))]"
      )
    }
    self.init(path, numbers, offset: zip(numbers, shape).reduce(0) { $0 * $1.1 + $1.0 })
  }

  /// `dense_1` of `dense_1[3,5]`
  private static func name(_ text: String) -> String { String(text.prefix { $0 != "[" }) }

  private init(_ path: String, _ index: [Int], offset: Int) {
    self.path = path
    self.index = index
    self.offset = offset
  }

  public var description: String {
    "\(path)[\(index.map(String.init).joined(separator: ","))]"
  }
}

extension ParameterStore {
  func value(at place: ParameterPlace) -> Double {
    self[place.path]?.doubles()[place.offset] ?? .nan
  }

  /// The same numbers but one.
  func setting(_ place: ParameterPlace, to value: Double) -> ParameterStore {
    guard let tensor = self[place.path] else { return self }
    var numbers = tensor.doubles()
    numbers[place.offset] = value
    var changed = self
    changed[place.path] = TensorData(doubles: numbers, shape: tensor.shape, dtype: tensor.dtype)
    return changed
  }
}
