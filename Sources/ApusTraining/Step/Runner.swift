import ApusEngine
import ApusGraph

/// One program, planned once per batch size, ready to run on one set of variables.
///
/// Not Sendable: one thread at a time. Executions of the sizes used last are kept.
final class Runner {
  let program: Program
  private let inputNames: [String]
  private let engine: any Engine
  private let options: PlanOptions
  private let variables: VariableStorage
  private var executions: [(rows: Int, execution: any Execution)] = []
  private static let keptSizes = 4
  /// Of the plan made last.
  private(set) var bfloat16Products = 0

  init(
    _ program: Program, engine: any Engine, options: PlanOptions, variables: VariableStorage
  ) {
    self.program = program
    inputNames = program.inputs.map(\.op.label)
    self.engine = engine
    self.options = options
    self.variables = variables
  }

  /// The execution for a number of rows; plans when the size is new.
  func execution(rows: Int) throws -> any Execution {
    if let index = executions.firstIndex(where: { $0.rows == rows }) {
      return executions[index].execution
    }
    let plan = try engine.plan(
      program, sizes: ["N": rows], layout: variables.layout, options: options)
    let execution = try plan.makeExecution(variables)
    bfloat16Products = plan.bfloat16Products
    if executions.count == Self.keptSizes { executions.removeFirst() }
    executions.append((rows, execution))
    return execution
  }

  /// The place of an input among the program's inputs.
  func input(_ name: String) -> Int? { inputNames.firstIndex(of: name) }

  /// The place of an output among the program's outputs.
  func output(_ name: String) -> Int? { program.outputs.firstIndex { $0.name == name } }
}
