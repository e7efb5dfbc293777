import ApusExplain
import ApusFormats
import Glibc
import Testing

typealias Rows = [[Double]]

/// A student's own code for the lecture's network, written apart from the product: plain lists, and
/// gradients by central differences or by a backpropagation in which something can be forgotten.
struct StudentNetwork {
  var w: [Rows]
  var b: [Rows]
  let x: Rows
  let y: Rows
  let rate: Double

  init(_ given: JSON) throws {
    func rows(_ json: JSON) -> Rows { (json.elements ?? []).map { $0.doubleValues ?? [] } }
    w = try #require(given["w"]?.elements).map(rows)
    b = try #require(given["b"]?.elements).map(rows)
    x = rows(try #require(given["X"]))
    y = rows(try #require(given["y"]))
    rate = try #require(given["lr"]?.doubleValue)
  }

  /// All activations of one sample.
  func activations(_ sample: [Double]) -> [[Double]] {
    var all = [sample]
    for layer in w.indices {
      let last = all[layer]
      all.append(
        w[layer].indices.map { unit in
          let z = zip(w[layer][unit], last).reduce(b[layer][unit][0]) { $0 + $1.0 * $1.1 }
          return 1 / (1 + exp(-z))
        })
    }
    return all
  }

  /// A column per sample.
  var out: Rows { Self.transposed(x.map { activations($0)[w.count] }) }

  static func transposed(_ rows: Rows) -> Rows {
    rows[0].indices.map { column in rows.map { $0[column] } }
  }

  var cost: Double {
    var sum = 0.0
    for (sample, target) in zip(x, y) {
      for (a, t) in zip(activations(sample)[w.count], target) { sum += (a - t) * (a - t) }
    }
    return sum / Double(x.count)
  }

  func slopes() -> (w: [Rows], b: [Rows]) {
    func slope(_ path: WritableKeyPath<StudentNetwork, [Rows]>) -> [Rows] {
      self[keyPath: path].indices.map { layer in
        self[keyPath: path][layer].indices.map { row in
          self[keyPath: path][layer][row].indices.map { column in
            var (up, down) = (self, self)
            up[keyPath: path][layer][row][column] += 1e-5
            down[keyPath: path][layer][row][column] -= 1e-5
            return (up.cost - down.cost) / 2e-5
          }
        }
      }
    }
    return (slope(\.w), slope(\.b))
  }

  /// Backpropagation, sample by sample; `usesSlope` says in which layers σ′ is not forgotten.
  func backpropagated(usesSlope: (_ layer: Int) -> Bool) -> (w: [Rows], b: [Rows]) {
    var w = self.w.map { $0.map { $0.map { _ in 0.0 } } }
    var b = self.b.map { $0.map { $0.map { _ in 0.0 } } }
    for (sample, target) in zip(x, y) {
      let a = activations(sample)
      var delta = zip(a[w.count], target).map { 2 * ($0 - $1) / Double(x.count) }
      for layer in w.indices.reversed() {
        if usesSlope(layer) { delta = zip(delta, a[layer + 1]).map { $0 * $1 * (1 - $1) } }
        for (unit, d) in delta.enumerated() {
          b[layer][unit][0] += d
          for (input, value) in a[layer].enumerated() { w[layer][unit][input] += d * value }
        }
        delta = a[layer].indices.map { input in
          delta.indices.reduce(0) { $0 + delta[$1] * self.w[layer][$1][input] }
        }
      }
    }
    return (w, b)
  }
}

func json(_ rows: Rows) -> JSON { .array(rows.map { JSON($0) }) }
func json(_ list: [Rows]) -> JSON { .array(list.map { json($0) }) }

/// Every number changed.
func each(_ list: [Rows], _ change: (Double) -> Double) -> [Rows] {
  list.map { $0.map { $0.map(change) } }
}

/// Two lists, number by number.
func both(_ a: [Rows], _ b: [Rows], _ change: (Double, Double) -> Double) -> [Rows] {
  zip(a, b).map { zip($0, $1).map { zip($0, $1).map(change) } }
}
