import ApusGraph

/// Loops that reference kernels share. All compute in Float64.
enum ReferenceLoops {
  /// f on every element.
  static func map(
    _ x: TensorData, _ result: TensorType, _ f: (Double) -> Double
  ) -> TensorData {
    TensorData(doubles: x.doubles().map(f), shape: x.shape, dtype: result.dtype)
  }

  /// f on pairs of elements, with broadcasting to the result's shape.
  static func zip(
    _ a: TensorData, _ b: TensorData, _ result: TensorType, _ f: (Double, Double) -> Double
  ) -> TensorData {
    let shape = result.shape.concrete ?? []
    let (left, right) = (broadcast(a, to: shape), broadcast(b, to: shape))
    return TensorData(
      doubles: left.indices.map { f(left[$0], right[$0]) }, shape: shape, dtype: result.dtype)
  }

  /// The elements stretched to a larger shape by NumPy's rule.
  static func broadcast(_ x: TensorData, to shape: [Int]) -> [Double] {
    let values = x.doubles()
    if x.shape == shape { return values }
    let strides = stretchedStrides(of: x.shape, to: shape)
    return indices(of: shape).map { index in
      values[Swift.zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }]
    }
  }

  /// Row-major strides in elements.
  static func strides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// Strides that read `shape` as if it were `target`: 0 along stretched axes.
  static func stretchedStrides(of shape: [Int], to target: [Int]) -> [Int] {
    let added = target.count - shape.count
    let own = strides(of: shape)
    return target.indices.map { axis in
      axis < added || (shape[axis - added] == 1 && target[axis] != 1) ? 0 : own[axis - added]
    }
  }

  /// All indices of a shape in row-major order.
  static func indices(of shape: [Int]) -> IndexSequence { IndexSequence(shape: shape) }
}

/// Multi-indices in row-major order: [0, 0], [0, 1], …
struct IndexSequence: Sequence, IteratorProtocol {
  private let shape: [Int]
  private var upcoming: [Int]?

  init(shape: [Int]) {
    self.shape = shape
    upcoming = shape.contains(0) ? nil : Array(repeating: 0, count: shape.count)
  }

  mutating func next() -> [Int]? {
    guard let current = upcoming else { return nil }
    var following = current
    var axis = shape.count - 1
    while axis >= 0 {
      following[axis] += 1
      if following[axis] < shape[axis] { break }
      following[axis] = 0
      axis -= 1
    }
    upcoming = axis < 0 ? nil : following
    return current
  }
}

extension ReferenceLoops {
  /// f on the elements along `axes`, in row-major order, for every index of the other axes.
  static func reduce(
    _ x: TensorData, axes: [Int], _ result: TensorType, _ f: ([Double]) -> Double
  ) -> TensorData {
    let values = x.doubles()
    let own = strides(of: x.shape)
    let kept = x.shape.indices.filter { !axes.contains($0) }
    func offsets(_ chosen: [Int]) -> [Int] {
      indices(of: chosen.map { x.shape[$0] }).map { index in
        Swift.zip(index, chosen).reduce(0) { $0 + $1.0 * own[$1.1] }
      }
    }
    let inner = offsets(axes)
    let reduced = offsets(kept).map { start in f(inner.map { values[start + $0] }) }
    return TensorData(doubles: reduced, shape: result.shape.concrete ?? [], dtype: result.dtype)
  }
}

extension ReferenceLoops {
  /// Reads elements at `start` + index · strides for every index of `shape`.
  static func strided(
    _ x: TensorData, start: Int, strides: [Int], shape: [Int]
  ) -> TensorData {
    let values = x.doubles()
    let picked = indices(of: shape).map { index in
      values[Swift.zip(index, strides).reduce(start) { $0 + $1.0 * $1.1 }]
    }
    return TensorData(doubles: picked, shape: shape, dtype: x.dtype)
  }
}
