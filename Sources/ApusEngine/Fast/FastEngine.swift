public import ApusGraph
import CKernels

/// Runs programs as arrays of fused loops in C, in one block of memory that is laid out when the
/// plan is made. A run allocates nothing, but for ops that have only a reference kernel.
///
/// The bits of a result depend on the program, its sizes and the CPU's feature level, never on the
/// number of threads.
public struct FastEngine: Engine {
  public let name = "fast"
  private let large: (any LargeContraction)?
  private let pools = ThreadPools()

  public init() { large = nil }

  /// - Parameter contractions: computes large products.
  package init(contractions: (any LargeContraction)?) { large = contractions }

  public func plan(
    _ program: Program, sizes: [String: Int], layout: VariableLayout, options: PlanOptions
  ) throws -> any Plan {
    let prepared = try program.transformed(
      by: [DeadNodes(), BindSizes(sizes)] + FastEngine.passes, verifying: options.verifies)
    for variable in prepared.variables where layout[variable.path] == nil {
      throw VariableError.unknown(path: variable.path)
    }
    let table = try ValueTable(prepared)
    var fusion = Fusion(table)
    fusion.attachEpilogues { shape, dtype in !(large?.accepts(shape, dtype) ?? false) }
    let schedule = Schedule(fusion)
    var planner = MemoryPlanner(schedule)
    let (memory, offsets) = planner.run()
    if options.verifies { try memory.verify(schedule) }
    let lowering = try Lowering(
      schedule, offsets: offsets, layout: layout, constants: ConstantBlock(table),
      level: apus_cpu_level(), large: large)
    return try FastPlan(
      lowering, memory, pool: pools.pool(of: options.threads), memoryLimit: options.memoryLimit)
  }

  private static let passes: [any Pass] = [
    KnownCounts(), Simplify(), FoldConstants(), CommonSubexpressions(), ReuseActivation(),
    ExplicitSteps(), DeadNodes(),
  ]
}
