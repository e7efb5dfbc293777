public import ApusEngine
public import ApusGraph

/// Derives tests from an op's examples: forward values, first and second derivative against central
/// differences, vector-Jacobian against Jacobian-vector product, text form, symbolic sizes, and
/// another engine against the reference.
///
/// ```swift
/// @Test(arguments: OpHarness.opNames) func anOpAgrees(name: String) throws {
///   try OpHarness.compare(FastEngine(), on: OpHarness.op(named: name))
/// }
/// ```
public enum OpHarness {
  /// Everything in the list of ops but the leaves, which need no examples.
  public static var ops: [any Op.Type] {
    let primitives = OpList.primitives.filter { !($0 is any Leaf.Type) } as [any Op.Type]
    return primitives + OpList.composites
  }

  /// The names of ``ops``, as arguments of a parameterised test.
  public static var opNames: [String] { ops.map { $0.name } }

  /// The op of the list with this name. Traps when there is none.
  public static func op(named name: String) -> any Op.Type {
    guard let op = ops.first(where: { $0.name == name }) else {
      preconditionFailure("OpHarness: there is no op '\(name)'")
    }
    return op
  }

  /// What has been checked, so that a test can ask that it was not nothing.
  public struct Report: Hashable, Sendable {
    public var examples = 0
    public var firstDerivatives = 0
    public var secondDerivatives = 0
    public var symbolicSizes = 0
  }

  /// Checks all examples of an op on the reference engine. Throws ``OpHarnessFailure`` with
  /// everything that is wrong.
  @discardableResult
  public static func check(_ op: any Op.Type) throws -> Report {
    var report = Report()
    try collect(op) { example in
      report.examples += 1
      let call = try OpCall(example)
      try checkForward(call)
      try checkText(call, additionalOps: [op])
      if try checkSymbolicSizes(call) { report.symbolicSizes += 1 }
      guard example.isSmooth, call.isDifferentiable else { return }
      try checkFirstDerivative(call)
      report.firstDerivatives += 1
      try checkProducts(call)
      if try checkSecondDerivative(call) { report.secondDerivatives += 1 }
    }
    return report
  }

  /// Compares an engine with the reference engine on all examples of an op, forward and gradient,
  /// in Float32 and Float64: the largest difference must be at most `tolerance` of the largest
  /// value. Throws ``OpHarnessFailure`` with everything that is wrong.
  public static func compare(
    _ engine: any Engine, on op: any Op.Type, threads: Int = 1, tolerance: Double = 4e-6
  ) throws {
    try collect(op) { example in
      let call = try OpCall(example)
      let program = try call.programWithGradients()
      let narrow = try Retype(.float64, to: .float32).run(program)
      try compare(
        engine, on: narrow, inputs: example.inputs, threads: threads, tolerance: tolerance)
      try compare(
        engine, on: program, inputs: example.inputs, threads: threads,
        tolerance: min(tolerance, 1e-12))
    }
  }

  /// Compares an engine with the reference engine on a program. Throws a ``Difference``.
  public static func compare(
    _ engine: any Engine, on program: Program, inputs: [TensorData] = [],
    variables: [String: TensorData] = [:], threads: Int = 1, tolerance: Double = 4e-6,
    products: ProductPrecision = .float32
  ) throws {
    let expected = try ReferenceEngine().outputs(
      of: program, inputs: inputs, variables: variables, products: products)
    let found = try engine.outputs(
      of: program, inputs: inputs, variables: variables, threads: threads, products: products)
    for (index, output) in program.outputs.enumerated() {
      let dtype = expected.outputs[index].dtype
      // An op may give Float32 whatever the program's precision.
      let allowed = dtype == .float32 ? max(tolerance, 4e-6) : tolerance
      try found.outputs[index].expectClose(
        to: expected.outputs[index], within: dtype.isFloatingPoint ? allowed : 0,
        "\(engine.name) engine, output '\(output.name)' in \(dtype)")
    }
    for (index, variable) in program.variables.enumerated() {
      try found.variables[index].expectClose(
        to: expected.variables[index], within: tolerance,
        "\(engine.name) engine, variable '\(variable.path)'")
    }
  }

  private static func collect(
    _ op: any Op.Type, _ body: (OpExample) throws -> Void
  ) throws {
    var failures: [String] = []
    for (index, example) in op.examples.enumerated() {
      do { try body(example) } catch {
        let types = example.inputs.map { "\($0.type)" }.joined(separator: ", ")
        failures.append("\(op.name)(\(types)), example \(index): \(error)")
      }
    }
    if !failures.isEmpty { throw OpHarnessFailure(messages: failures) }
  }
}

/// What the harness found wrong with an op.
public struct OpHarnessFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public let messages: [String]

  public init(messages: [String]) { self.messages = messages }

  public var description: String { messages.joined(separator: "\n") }
}
