/// Philox4x32-10: a block of 128 random bits as a pure function of a counter and a key.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
/// The stream never changes between versions of this package.
public enum Philox {
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let p0 = UInt64(c[0]) &* 0xD251_1F53
      let p1 = UInt64(c[2]) &* 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c[1] ^ k[0],
        UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c[3] ^ k[1],
        UInt32(truncatingIfNeeded: p0))
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }
}

/// What random numbers are for: streams of one seed with different purposes are independent.
public struct RandomPurpose: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let shuffle = RandomPurpose(rawValue: 1)
  public static let split = RandomPurpose(rawValue: 2)
  public static let generate = RandomPurpose(rawValue: 3)
  public static let initialize = RandomPurpose(rawValue: 4)
  public static let dropout = RandomPurpose(rawValue: 5)
  public static let noise = RandomPurpose(rawValue: 6)

  /// A purpose of its own for a name such as a parameter's path (FNV-1a over its UTF-8 bytes; the
  /// top bit is set, so that no name meets the purposes above).
  public init(named name: String) {
    var hash: UInt32 = 0x811C_9DC5
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    rawValue = hash | 0x8000_0000
  }
}

/// A stream of random numbers keyed by (seed, purpose, epoch, step) and counted by an index.
///
/// Layout, part of the definition: key = (low, high half of the seed), counter = (index / 4, step,
/// epoch, purpose); word `index % 4` of the block is the random word number `index`.
///
/// ```swift
/// var random = RandomStream(seed: 1, purpose: .shuffle, epoch: 3)
/// let order = random.permutation(of: 60_000)
/// ```
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let step: UInt32
  private let epoch: UInt32
  private let purpose: UInt32
  private var nextBlock: UInt32 = 0
  private var words = SIMD4<UInt32>()
  private var position = 4
  private var spareNormal: Double?

  public init(seed: UInt64, purpose: RandomPurpose, epoch: Int = 0, step: Int = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.step = UInt32(truncatingIfNeeded: step)
    self.epoch = UInt32(truncatingIfNeeded: epoch)
    self.purpose = purpose.rawValue
  }

  /// The block of four random words with this number, whatever was drawn before.
  public func block(_ number: UInt32) -> SIMD4<UInt32> {
    Philox.block(counter: SIMD4(number, step, epoch, purpose), key: key)
  }

  /// 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if position == 4 {
      words = block(nextBlock)
      nextBlock &+= 1
      position = 0
    }
    defer { position += 1 }
    return words[position]
  }

  /// 64 random bits: two words, the low half first.
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return low | UInt64(nextWord()) << 32
  }

  /// Uniform in [0, 1) with 24 bits.
  public mutating func uniformFloat() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

  /// Uniform in [0, 1) with 53 bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// Standard normal by the transform of Box and Muller (1958): two uniforms give
  /// √(−2 ln(1 − u))·(cos 2πv, sin 2πv); the second is kept for the next call.
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let radius = (-2 * naturalLogarithm(1 - uniform())).squareRoot()
    let (cosine, sine) = cosineAndSine(ofTurns: uniform())
    spareNormal = radius * sine
    return radius * cosine
  }

  /// Uniform in 0 ..< bound without bias (Lemire, "Fast random integer generation in an
  /// interval", 2019). Traps unless 0 < bound ≤ 2³².
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= 1 << 32, "RandomStream: no integer below \(bound)")
    let range = UInt64(bound)
    var product = UInt64(nextWord()) &* range
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (1 << 32) % range
      while UInt64(UInt32(truncatingIfNeeded: product)) < threshold {
        product = UInt64(nextWord()) &* range
      }
    }
    return Int(product >> 32)
  }

  /// Reorders by the shuffle of Fisher and Yates, from the last element down.
  public mutating func shuffle(_ values: inout [Int32]) {
    values.withUnsafeMutableBufferPointer { buffer in
      for last in stride(from: buffer.count - 1, to: 0, by: -1) {
        buffer.swapAt(last, integer(below: last + 1))
      }
    }
  }

  /// 0 ..< count in random order.
  public mutating func permutation(of count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    shuffle(&order)
    return order
  }
}

/// ln x for finite x > 0, by ln x = k·ln 2 + 2·artanh((m − 1)/(m + 1)). Our own, so that normal
/// numbers have the same bits with every C library.
private func naturalLogarithm(_ x: Double) -> Double {
  var (mantissa, exponent) = (x.significand, Double(x.exponent))
  if mantissa > 1.414_213_562_373_095_1 {
    mantissa /= 2
    exponent += 1
  }
  let s = (mantissa - 1) / (mantissa + 1)
  var sum = 0.0
  for odd in stride(from: 21, through: 1, by: -2) { sum = sum * s * s + 1 / Double(odd) }
  return exponent * 0.693_147_180_559_945_3 + 2 * s * sum
}

/// cos 2πt and sin 2πt for t in [0, 1): the nearest quarter turn, then the Taylor series.
private func cosineAndSine(ofTurns t: Double) -> (Double, Double) {
  let quarter = Int(t * 4 + 0.5)
  let x = 2 * Double.pi * (t - Double(quarter) / 4)
  var (cosine, sine) = (0.0, 0.0)
  for k in stride(from: 16, through: 2, by: -2) {
    cosine = (1 + cosine) * (-x * x / Double(k * (k - 1)))
    sine = (1 + sine) * (-x * x / Double(k * (k + 1)))
  }
  cosine += 1
  sine = (sine + 1) * x
  switch quarter & 3 {
  case 0: return (cosine, sine)
  case 1: return (-sine, cosine)
  case 2: return (-cosine, -sine)
  default: return (sine, -cosine)
  }
}
