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
  /// The map of zeros in the input that comes by columns, from the product that makes it to the gradient that uses it.
  static let maps: Int32 = 5
}

/// A value in memory, as loops see it: dense and in row-major order.
struct Operand {
  var place: apus_place
  var shape: [Int]
  var dtype: DType
  /// Which zeros it may have.
  var zeros = APUS_NO_ZEROS
  /// Whether whoever reads it first brings it.
  var isBrought = false

  var count: Int { shape.reduce(1, *) }
}

/// An op that the fast engine computes by a loop of its own.
protocol LoopOp: FastOp {
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
  /// The steps of the section under way, and what it is.
  private var pending: [apus_step] = []
  private var kind = Section.Kind.single
  /// Whether they must run one after the other.
  private var isSerial = false
  /// Where chains begin among them, if they run side by side.
  private var chains: [Int] = []
  /// The product that cuts its sums and was added last, and the position of its step.
  private var pieces: (step: Int, contract: UnsafeMutablePointer<apus_contract>)?
  /// For each step, the position of its stage and the node it computes for, for messages.
  private(set) var nodes: [Int] = []
  private var pendingNodes: [Int] = []
  var currentNode = 0
  /// How many products round their operands, and what memory the largest of them needs for that.
  var (roundedProducts, workBytes) = (0, 0)
  /// The product that keeps a map of its input's zeros, the memory for it, and how many products read that input by it.
  var (mapped, mapBytes, mapUsers): (apus_contract?, Int, Int) = (nil, 0, 0)

  init(
    level: apus_level, large: (any LargeContraction)?, bfloat16: (any BFloat16Products)?
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

  /// How the rows are cut in the section under way, if they are.
  var cut: RowCut? {
    if case .blockwise(let cut, _) = kind { cut } else { nil }
  }

  /// Adds a step unless it has nothing to do. False when the description was not supported.
  ///
  /// - Parameter mayFail: whether it can end in an error, so that it must run by itself.
  mutating func add(_ step: apus_step, mayFail: Bool = false) -> Bool {
    guard step.kernel != nil else { return false }
    if step.chunks > 0 {
      // The second step of a stage reads what the first one wrote: they are a chain.
      if mayFail || (pendingNodes.last == currentNode && cut != nil) { isSerial = true }
      pending.append(step)
      pendingNodes.append(currentNode)
    }
    return true
  }

  mutating func begin(_ kind: Section.Kind) {
    self.kind = kind
  }

  /// The stages that follow run one after the other, beside those of other chains.
  mutating func beginChain() { chains.append(pending.count) }

  /// Remembers a product that cuts its sums, just before its step is added.
  mutating func cutsSums(_ contract: UnsafeMutablePointer<apus_contract>) {
    if case .single = kind { pieces = (steps.count + pending.count, contract) }
  }

  /// Makes one step of the section's steps, if it is one of several stages.
  ///
  /// - Parameters:
  ///   - blocks: where values lie that live only in a block.
  ///   - input: where the input that is brought block by block lies as a whole, if there is one.
  mutating func end(_ blocks: BlockMemory, fedFrom input: apus_place?) throws {
    defer {
      (pending, pendingNodes, kind, isSerial, chains) = ([], [], .single, false, [])
    }
    if joinBefore(blocks, fedFrom: input) { return }
    if case .parallel = kind, !isSerial {
      addSideBySide()
    } else if let step = blockwise(pending, blocks, fedFrom: input) {
      steps.append(step)
      nodes.append(currentNode)
    } else if cut != nil {
      throw MissingKernelError(op: "a block of rows")
    } else {
      steps += pending
      nodes += pendingNodes
    }
  }

  /// Block by block; nil where the section does not go by blocks, or cannot.
  private func blockwise(
    _ pending: [apus_step], _ blocks: BlockMemory, fedFrom input: apus_place?
  ) -> apus_step? {
    guard let cut, !isSerial, pending.count > 1 else { return nil }
    var together = apus_together()
    together.steps = block.keep(pending)
    together.count = Int64(pending.count)
    together.rows = Int64(cut.block)
    together.local_bytes = Int64(blocks.byteCount)
    for (index, width) in blocks.widths.enumerated() {
      apus_together_set_width(&together, Int32(index), Int64(width))
    }
    if let fed = blocks.fed, let place = blocks.place(of: fed.input), let input {
      apus_together_set_width(&together, APUS_BLOCK_BASES - 1, Int64(fed.width))
      together.feed_rows = Int64(cut.rows)
      together.feed_at = place.offset
      together.input = input
    }
    let step = apus_blockwise_step(block.keep(together))
    return step.kernel == nil ? nil : step
  }

  /// Lets each block begin with the end of the product just before the section, for its own rows.
  private mutating func joinBefore(_ blocks: BlockMemory, fedFrom input: apus_place?) -> Bool {
    guard case .blockwise(let cut, joins: true) = kind, let pieces,
      pieces.step == steps.count - 1
    else { return false }
    var product = steps[pieces.step]
    let end = apus_contract_join_step(pieces.contract, &product, Int64(cut.block))
    // What the product has left in shared memory must still be there.
    guard end.kernel != nil, let step = blockwise([end] + pending, blocks, fedFrom: input),
      step.shared == 0
    else { return false }
    steps[pieces.step] = product
    steps.append(step)
    nodes.append(currentNode)
    return true
  }

  /// Side by side; a chain is one step if all of it is short, else what follows its first step comes after.
  private mutating func addSideBySide() {
    var members: [apus_step] = []
    var rest: [Int] = []
    for (start, end) in zip(chains, chains.dropFirst() + [pending.count]) where start < end {
      let chain = Array(pending[start..<end])
      if chain.count > 1, let step = self.chain(chain) {
        members.append(step)
      } else {
        members.append(chain[0])
        rest += start + 1..<end
      }
    }
    if let step = sideBySide(members) {
      steps.append(step)
      nodes.append(currentNode)
    } else {
      steps += members
      nodes += members.map { _ in currentNode }
    }
    steps += rest.map { pending[$0] }
    nodes += rest.map { pendingNodes[$0] }
  }

  /// Steps of one chunk each, one after the other, as a step. None can fail: those that may make the section serial.
  private func chain(_ members: [apus_step]) -> apus_step? {
    guard members.allSatisfy({ $0.chunks == 1 && $0.finish == nil && $0.shared == 0 }) else {
      return nil
    }
    var together = apus_together()
    together.steps = block.keep(members)
    together.count = Int64(members.count)
    let step = apus_blockwise_step(block.keep(together))
    return step.kernel == nil ? nil : step
  }

  private func sideBySide(_ members: [apus_step]) -> apus_step? {
    guard members.count > 1 else { return nil }
    var together = apus_together()
    together.steps = block.keep(members)
    together.count = Int64(members.count)
    let chunks = members.reduce(0) { $0 + Int($1.chunks) }
    together.parts = block.keep([apus_part](repeating: apus_part(), count: chunks))
    let step = apus_parallel_step(block.keep(together))
    return step.kernel == nil ? nil : step
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
