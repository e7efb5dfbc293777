internal import ApusGraph

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

extension Generators {
  /// r·(cos φ, sin φ) + noise, φ uniform; r = 1 for class 0 and ½ for class 1.
  public static func circles(
    rows: Int = 500, noise: Double = 0.1, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    try points("circles", "Two circles of radius 1 and ½.", rows, noise: noise, seed: seed) {
      let angle = $1.uniform(0, 2 * .pi)
      let radius = $0 == 0 ? 1 : 0.5
      return (
        radius * cos(angle) + noise * $1.normal(), radius * sin(angle) + noise * $1.normal()
      )
    }
  }

  /// (cos φ, sin φ) and (1 − cos φ, ½ − sin φ), plus noise, φ uniform in [0, π).
  public static func moons(
    rows: Int = 500, noise: Double = 0.1, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    try points(
      "moons", "Two half circles, one hooked into the other.", rows, noise: noise, seed: seed
    ) {
      let angle = $1.uniform(0, .pi)
      let (x, y) = $0 == 0 ? (cos(angle), sin(angle)) : (1 - cos(angle), 0.5 - sin(angle))
      return (x + noise * $1.normal(), y + noise * $1.normal())
    }
  }

  /// t·(cos(1¾·2π·t + πc), sin(…)) + noise, t = √u of a uniform u, for class c.
  public static func spirals(
    rows: Int = 500, noise: Double = 0.05, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    try points("spirals", "Two spirals of 1¾ turns.", rows, noise: noise, seed: seed) {
      let t = $1.uniform().squareRoot()
      let angle = 3.5 * .pi * t + .pi * Double($0)
      return (t * cos(angle) + noise * $1.normal(), t * sin(angle) + noise * $1.normal())
    }
  }

  /// Normal with deviation `noise` around (2, 2) and (−2, −2).
  public static func gaussians(
    rows: Int = 500, noise: Double = 1, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    try points(
      "gaussians", "Normal clouds around (2, 2) and (−2, −2).", rows, noise: noise, seed: seed
    ) {
      let centre = $0 == 0 ? 2.0 : -2.0
      return (centre + noise * $1.normal(), centre + noise * $1.normal())
    }
  }

  /// Normal with deviation `noise` around `count` centres, evenly on the unit circle.
  public static func blobs(
    _ count: Int, rows: Int = 500, noise: Double = 0.3, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    guard (1...1_000).contains(count) else {
      throw DataError("blobs are 1 to 1,000; found \(count)", source: "blobs", kind: .usage)
    }
    return try points(
      "blobs", "\(count) normal clouds around the unit circle.", rows, noise: noise, seed: seed,
      classes: count
    ) {
      let angle = 2 * .pi * Double($0) / Double(count)
      return (cos(angle) + noise * $1.normal(), sin(angle) + noise * $1.normal())
    }
  }

  /// y = sin x + noise, x uniform in [−π, π).
  public static func sine(
    rows: Int = 500, noise: Double = 0.1, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    try curve("sine", "y = sin x with noise.", rows, noise: noise, seed: seed, inputs: 1) {
      let x = $0.uniform(-.pi, .pi)
      return ([x], sin(x))
    }
  }

  /// y = (x1 + x2) / 2 + noise, both uniform in [−1, 1).
  public static func plane(
    rows: Int = 500, noise: Double = 0.1, seed: UInt64 = 0
  ) throws(DataError) -> Dataset {
    try curve("plane", "y = (x1 + x2) / 2 with noise.", rows, noise: noise, seed: seed, inputs: 2) {
      let (a, b) = ($0.uniform(-1, 1), $0.uniform(-1, 1))
      return ([a, b], (a + b) / 2)
    }
  }
}
