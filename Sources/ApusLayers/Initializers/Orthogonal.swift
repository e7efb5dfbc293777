public import ApusGraph

/// A matrix whose rows, or columns when there are fewer of them, are orthonormal, times a gain: the
/// Q of a QR decomposition of normal numbers (Saxe, McClelland and Ganguli 2014). Axes after the first
/// count as one.
public struct Orthogonal: Initializer {
  public let gain: Double

  public init(gain: Double = 1) { self.gain = gain }

  public var name: String { gain == 1 ? "orthogonal" : settingText("orthogonal", [gain]) }

  public func values(
    shape: [Int], fans: Fans, random: inout RandomStream
  ) throws -> [Double] {
    guard shape.count >= 2 else {
      throw InitializerError("orthogonal: it needs a matrix, not the shape \(shape)")
    }
    let rows = shape[0]
    let columns = shape.dropFirst().reduce(1, *)
    let basis = orthonormal(
      Swift.min(rows, columns), of: Swift.max(rows, columns), random: &random)
    return (0..<rows * columns).map { index in
      let (row, column) = (index / columns, index % columns)
      return gain * (rows <= columns ? basis[row][column] : basis[column][row])
    }
  }

  /// Gram and Schmidt's method, each vector cleared twice against rounding.
  private func orthonormal(
    _ count: Int, of length: Int, random: inout RandomStream
  ) -> [[Double]] {
    var basis: [[Double]] = []
    while basis.count < count {
      var vector = (0..<length).map { _ in random.normal() }
      for _ in 0..<2 {
        for other in basis {
          let overlap = dot(vector, other)
          for i in 0..<length { vector[i] -= overlap * other[i] }
        }
      }
      let norm = dot(vector, vector).squareRoot()
      if norm > 1e-8 { basis.append(vector.map { $0 / norm }) }
    }
    return basis
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}

extension Initializer where Self == Orthogonal {
  public static var orthogonal: Orthogonal { Orthogonal() }
}
