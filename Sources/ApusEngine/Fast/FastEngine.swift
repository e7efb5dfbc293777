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
  private let bfloat16: (any BFloat16Products)?
  private let pools = ThreadPools()

  public init() { self.init(contractions: nil) }

  /// - Parameters:
  ///   - contractions: computes large products.
  ///   - bfloat16: computes them when ``PlanOptions/products`` asks for bfloat16.
  package init(
    contractions: (any LargeContraction)?, bfloat16: (any BFloat16Products)? = nil
  ) {
    large = contractions
    self.bfloat16 = bfloat16
  }

  public func refusal(of products: ProductPrecision) -> String? {
    guard products == .bfloat16 else { return nil }
    return bfloat16.map(\.refusal) ?? "bfloat16 products need oneDNN, which this build has not"
  }

  public func plan(
    _ program: Program, sizes: [String: Int], layout: VariableLayout, options: PlanOptions
  ) throws -> any Plan {
    // Regions are for people; passes would keep them up to date for nobody.
    var bare = program
    bare.graph.regions = []
    let storage: [any Pass] = layout.hasTransposed ? [TransposeVariables(layout)] : []
    let prepared = try bare.transformed(
      by: [DeadNodes(), BindSizes(sizes)] + storage + FastEngine.passes,
      verifying: options.verifies)
    for variable in prepared.variables where layout[variable.path] == nil {
      throw VariableError.unknown(path: variable.path)
    }
    let table = try ValueTable(prepared)
    var fusion = Fusion(table)
    let rounds = options.products == .bfloat16 && refusal(of: .bfloat16) == nil
    fusion.attachEpilogues { shape, dtype in
      (rounds && shape.isRounded(dtype)) || !(large?.accepts(shape, dtype) ?? false)
    }
    let isFused = { (shape: ProductShape, dtype: DType) in
      !(rounds && shape.isRounded(dtype)) && !(large?.accepts(shape, dtype) ?? false)
    }
    let schedule = Schedule(fusion, threads: options.threads, isFused: isFused)
    let level = apus_cpu_level()
    let pieces = ColumnPieces(schedule, level: level, isFused: isFused)
    var planner = MemoryPlanner(schedule)
    let (memory, offsets) = planner.run()
    if options.verifies { try memory.verify(schedule) }
    let lowering = try Lowering(
      schedule, memory, pieces, offsets: offsets, layout: layout, constants: ConstantBlock(table),
      level: level, large: large, bfloat16: rounds ? bfloat16 : nil)
    return try FastPlan(
      lowering, memory, pool: pools.pool(of: options.threads), memoryLimit: options.memoryLimit)
  }

  private static let passes: [any Pass] = [
    Simplify(), FoldConstants(), CommonSubexpressions(), ReuseActivation(),
    ExplicitSteps(), DeadNodes(),
  ]
}
