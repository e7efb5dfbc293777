import CKernels
import Testing

/// Base 0 of a context, with canaries behind every block, and the descriptions the steps point to.
final class Memory {
  private let bytes: UnsafeMutableRawPointer
  private let capacity: Int
  private var used = 0
  private var canaries: [Int] = []
  private var owned: [UnsafeMutableRawPointer] = []
  static let canary: UInt8 = 0xA5

  init(capacity: Int = 1 << 22) {
    self.capacity = capacity
    bytes = apus_aligned_alloc(Int64(capacity))!
    bytes.initializeMemory(as: UInt8.self, repeating: Memory.canary, count: capacity)
  }

  deinit {
    apus_aligned_free(bytes)
    for pointer in owned { pointer.deallocate() }
  }

  /// A place for `count` elements, `skew` bytes off the alignment, filled with canaries.
  func space<T>(_ type: T.Type, _ count: Int, skew: Int = 0) -> apus_place {
    let start = (used + 63) / 64 * 64 + skew
    let end = start + count * MemoryLayout<T>.stride
    precondition(end + 128 <= capacity, "test memory too small")
    canaries.append(end)
    used = end + 64
    return apus_place_at(0, Int64(start))
  }

  func place<T>(_ values: [T], skew: Int = 0) -> apus_place {
    let place = space(T.self, values.count, skew: skew)
    for (i, value) in values.enumerated() {
      (bytes + Int(place.offset)).storeBytes(
        of: value, toByteOffset: i * MemoryLayout<T>.stride, as: T.self)
    }
    return place
  }

  func read<T: BitwiseCopyable>(_ place: apus_place, _ count: Int, as type: T.Type = T.self) -> [T]
  {
    (0..<count).map {
      bytes.loadUnaligned(
        fromByteOffset: Int(place.offset) + $0 * MemoryLayout<T>.stride, as: T.self)
    }
  }

  /// An array that lives as long as this memory.
  func keep<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
    pointer.initialize(from: values, count: values.count)
    owned.append(UnsafeMutableRawPointer(pointer))
    return pointer
  }

  /// Runs steps; fails the test when a canary is dead afterwards.
  @discardableResult
  func run(
    _ steps: [apus_step], pool: OpaquePointer? = nil, threads: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> apus_context {
    for step in steps where step.kernel == nil {
      Issue.record("the description was refused", sourceLocation: sourceLocation)
      return apus_context()
    }
    let stride = ((steps.map(\.scratch).max() ?? 0) + 127) / 64 * 64
    var context = apus_context()
    context.bases.0 = bytes.assumingMemoryBound(to: CChar.self)
    let scratch = apus_aligned_alloc(
      stride * Int64(threads) + (steps.map(\.shared).max() ?? 0))!
    defer { apus_aligned_free(scratch) }
    context.scratch = scratch.assumingMemoryBound(to: CChar.self)
    context.scratch_stride = stride
    context.shared = context.scratch + Int(stride) * Int(threads)
    _ = apus_run(steps, Int64(steps.count), &context, pool, threads)
    for end in canaries {
      let dead = (end..<(end + 8)).contains {
        bytes.load(fromByteOffset: $0, as: UInt8.self) != Memory.canary
      }
      #expect(!dead, "a kernel wrote behind its operand", sourceLocation: sourceLocation)
    }
    return context
  }
}

/// Every level this machine can run.
let levels: [apus_level] = [APUS_LEVEL_BASE, APUS_LEVEL_AVX2, APUS_LEVEL_AVX512].filter {
  $0.rawValue <= apus_cpu_level().rawValue
}

/// What `apus_cpu_features` names.
let cpuFeatures: [String] = {
  var text = [CChar](repeating: 0, count: 1024)
  _ = apus_cpu_features(&text, Int64(text.count))
  let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  return String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
}()

/// Numbers in -2..<2 that look random and are the same in every run.
func numbers<T: Real>(_ count: Int, seed: UInt64 = 1, as type: T.Type = T.self) -> [T] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return T(Double(state >> 40) / Double(1 << 22) - 2)
  }
}

/// The largest difference, relative to the largest expected magnitude. NaN and infinities must agree in place.
func difference<T: Real>(_ found: [T], _ expected: [Double]) -> Double {
  var worst = 0.0
  var largest = 1e-30
  for (f, e) in zip(found, expected) {
    if e.isNaN || f.isNaN {
      if e.isNaN != f.isNaN { return .infinity }
    } else if e.isInfinite || f.isInfinite {
      if Double(f) != e { return .infinity }
    } else {
      worst = max(worst, abs(Double(f) - e))
      largest = max(largest, abs(e))
    }
  }
  return found.count == expected.count ? worst / largest : .infinity
}

/// float32 or float64 as the kernels name it.
func dtype<T: Real>(of type: T.Type) -> apus_dtype {
  T.self == Double.self ? APUS_F64 : APUS_F32
}

/// What two results of different order may differ by.
func tolerance<T: Real>(of type: T.Type) -> Double {
  T.self == Double.self ? 1e-14 : 4e-6
}

let sizes = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 130, 257]

typealias Real = BinaryFloatingPoint & BitwiseCopyable & Sendable
