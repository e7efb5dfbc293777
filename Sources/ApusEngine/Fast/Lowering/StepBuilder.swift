import ApusGraph
import CKernels

/// The bases of a plan's places.
enum Base {
  static let arena: Int32 = 0
  static let variables: Int32 = 1
  static let constants: Int32 = 2
  /// Where a fallback step leaves its error; see FallbackStep.
  static let errors: Int32 = 3
  /// Memory that products share, one after the other: rounded operands.
  static let work: Int32 = 4
}

/// A value in memory, as loops see it: dense and in row-major order.
struct Operand {
  var place: apus_place
  var shape: [Int]
  var dtype: DType

  var count: Int { shape.reduce(1, *) }
}

/// An op that the fast engine computes by a loop of its own.
protocol LoopOp: Primitive {
  /// Adds the steps that compute the op; false when its types or sizes have no loop, so that the
  /// reference kernel is called.
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool
}

/// Collects the steps of a plan.
struct StepBuilder {
  let level: apus_level
  let large: (any LargeContraction)?
  let bfloat16: (any BFloat16Products)?
  let block: PlanBlock
  private(set) var steps: [apus_step] = []
  /// For each step, the position of its stage and the node it computes for, for messages.
  private(set) var nodes: [Int] = []
  var currentNode = 0
  /// How many products round their operands, and what memory the largest of them needs for that.
  var (roundedProducts, workBytes) = (0, 0)

  init(
    level: apus_level, large: (any LargeContraction)?, bfloat16: (any BFloat16Products)? = nil
  ) {
    self.level = level
    self.large = large
    self.bfloat16 = bfloat16
    block = PlanBlock()
  }

  var scratchBytes: Int {
    Int(steps.map(\.scratch).max() ?? 0)
  }

  /// What all threads share while a step runs.
  var sharedBytes: Int {
    Int(steps.map(\.shared).max() ?? 0)
  }

  /// Adds a step unless it has nothing to do. False when the description was not supported.
  mutating func add(_ step: apus_step) -> Bool {
    guard step.kernel != nil else { return false }
    if step.chunks > 0 {
      steps.append(step)
      nodes.append(currentNode)
    }
    return true
  }

  mutating func copy(_ copy: apus_copy) -> Bool {
    add(apus_copy_step(block.keep(copy), level))
  }

  mutating func fill(_ fill: apus_fill) -> Bool {
    add(apus_fill_step(block.keep(fill), level))
  }
}

extension DType {
  /// The type in the C loops; nil for bfloat16, which they do not have.
  var kernelType: apus_dtype? {
    switch self {
    case .float32: APUS_F32
    case .float64: APUS_F64
    case .int32: APUS_I32
    case .uint8: APUS_U8
    case .bool: APUS_BOOL
    case .bfloat16: nil
    }
  }
}

extension ValueTable {
  func registerType(_ index: Int) -> apus_dtype? { dtype(index).kernelType }
}

extension apus_place {
  func advanced(byBytes bytes: Int) -> apus_place { apus_place_at(base, offset + Int64(bytes)) }
}
