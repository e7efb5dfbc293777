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
    let shown = printable(text, limit: 80)
    guard let open = text.firstIndex(of: "["), text.hasSuffix("]") else {
      throw PictureError(
        "\"\(shown)\" names no single number; write a layer and the place in it, as "
          + "dense_1[3,5] or dense_1.bias[3]")
    }
    let name = String(text[..<open])
    let paths = parameters.paths
    guard let path = [name, name + ".weight"].first(where: { paths.contains($0) }),
      let value = parameters[path]
    else {
      throw PictureError(
        "there is no parameter \"\(printable(name, limit: 60))\"; "
          + (didYouMean(name, in: paths + paths.map { String($0.prefix { $0 != "." }) })
            ?? "there are " + paths.prefix(12).joined(separator: ", ")))
    }
    let inside = text[text.index(after: open)...].dropLast()
    let numbers = inside.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.drop { $0 == " " }) ?? -1
    }
    guard numbers.count == value.shape.count,
      zip(numbers, value.shape).allSatisfy({ $0 >= 0 && $0 < $1 })
    else {
      let shape = value.shape.map(String.init).joined(separator: ", ")
      throw PictureError(
        "\"\(shown)\": \(path) has the shape [\(shape)], so its places are counted from 0 below "
          + "those numbers, as \(name)[\(value.shape.map { _ in "0" }.joined(separator: ","))]")
    }
    self.init(path, numbers, offset: zip(numbers, value.shape).reduce(0) { $0 * $1.1 + $1.0 })
  }

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
