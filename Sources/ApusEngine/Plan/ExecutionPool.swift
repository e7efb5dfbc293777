import Synchronization

/// Executions of one plan for many threads: each caller has one to itself, and a bounded number is
/// kept for the next callers.
///
/// ```swift
/// let pool = ExecutionPool(plan, variables, keeping: 8)
/// try pool.withExecution { try $0.run() }
/// ```
///
/// The plan should have no updates when several threads use it: variables are shared.
public final class ExecutionPool: Sendable {
  private let plan: any Plan
  private let variables: VariableStorage
  private let limit: Int
  private let idle = Mutex<[Box]>([])

  /// Hands an execution from thread to thread.
  ///
  /// `@unchecked Sendable`: it is in the list, or with the one caller that took it out.
  private final class Box: @unchecked Sendable {
    let execution: any Execution
    init(_ execution: any Execution) { self.execution = execution }
  }

  /// - Parameter limit: how many executions to keep when nobody uses them.
  public init(_ plan: any Plan, _ variables: VariableStorage, keeping limit: Int = 8) {
    self.plan = plan
    self.variables = variables
    self.limit = limit
  }

  /// Lends an execution to the body. Safe to call from any number of threads at once.
  public func withExecution<R>(_ body: (any Execution) throws -> R) throws -> R {
    let box = try idle.withLock { $0.popLast() } ?? Box(plan.makeExecution(variables))
    defer {
      idle.withLock { idle in
        if idle.count < limit { idle.append(box) }
      }
    }
    return try body(box.execution)
  }
}
