public import ApusGraph

/// What runs plans: the reference engine for truth, the fast engine for speed.
public protocol Engine: Sendable {
  /// `reference` or `fast`.
  var name: String { get }

  /// Makes a program ready to run.
  ///
  /// - Parameters:
  ///   - sizes: a number for every symbol of the program, such as `["N": 32]`.
  ///   - layout: where variables live; must hold all variables of the program, and may hold more,
  ///     so that plans for several batch sizes and purposes share one storage.
  /// - Throws: an error that names what is missing, or ``MemoryError`` when it cannot fit.
  func plan(
    _ program: Program, sizes: [String: Int], layout: VariableLayout, options: PlanOptions
  ) throws -> any Plan

  /// Why large products cannot be computed in this precision here, as the beginning of a sentence;
  /// nil when they can. Where they cannot, plans compute them in Float32.
  func refusal(of products: ProductPrecision) -> String?
}

extension Engine {
  public func refusal(of products: ProductPrecision) -> String? {
    products == .float32 ? nil : "the engine \(name) multiplies in float32 only"
  }
}

/// How to plan.
public struct PlanOptions: Hashable, Sendable {
  /// How many threads may compute. Never changes the numbers that come out.
  public var threads: Int
  /// Runs the verifier after every pass.
  public var verifies: Bool
  /// The most bytes that variables, constants and activations may take together.
  public var memoryLimit: Int?
  /// What large Float32 products are computed in; where ``Engine/refusal(of:)`` gives a reason, in
  /// Float32.
  public var products: ProductPrecision

  public init(
    threads: Int = 1, verifies: Bool = false, memoryLimit: Int? = nil,
    products: ProductPrecision = .float32
  ) {
    self.threads = threads
    self.verifies = verifies
    self.memoryLimit = memoryLimit
    self.products = products
  }
}

/// A program made ready to run for given sizes. Immutable: one plan serves many executions.
public protocol Plan: Sendable, CustomStringConvertible {
  /// The inputs that a run needs, in order of declaration, with concrete shapes.
  var inputs: [PlanPort] { get }
  /// The outputs in the program's order.
  var outputs: [PlanPort] { get }
  var memory: PlanMemory { get }
  /// How many matrix products of a run round their operands to bfloat16.
  var bfloat16Products: Int { get }

  /// An execution that reads and updates the given variables.
  func makeExecution(_ variables: VariableStorage) throws -> any Execution
}

extension Plan {
  public var bfloat16Products: Int { 0 }
}

/// A named quantity that goes in or comes out.
public struct PlanPort: Hashable, Sendable {
  public let name: String
  public let shape: [Int]
  public let dtype: DType

  public init(name: String, shape: [Int], dtype: DType) {
    self.name = name
    self.shape = shape
    self.dtype = dtype
  }

  public var byteCount: Int { (checkedElementCount(shape) ?? 0) * dtype.byteCount }
}

/// What a plan needs besides its variables.
public struct PlanMemory: Hashable, Sendable, CustomStringConvertible {
  public let buffers: Int
  /// The size of the arena of inputs, activations and outputs, in bytes.
  public let peakBytes: Int
  public let constantBytes: Int

  public init(buffers: Int, peakBytes: Int, constantBytes: Int) {
    self.buffers = buffers
    self.peakBytes = peakBytes
    self.constantBytes = constantBytes
  }

  /// `3 buffers, peak 48 bytes`
  public var description: String {
    "\(buffers) buffer\(buffers == 1 ? "" : "s"), peak \(peakBytes) bytes"
  }
}

/// The place where one run at a time happens: not Sendable, make one per thread.
public protocol Execution: AnyObject {
  /// Gives an input's bytes to write to. They keep their values from run to run, but for those of
  /// ``feed(_:rows:from:)``.
  func withInput<R>(
    _ index: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R

  /// Computes the outputs and writes the updates into the variables.
  func run() throws

  /// Has a source bring all rows of an input for the next run and for that one alone: at once, or
  /// while it runs, each row or column just before it is used. Until that run has ended the source must stay as it
  /// is; afterwards it is not defined which numbers the input has.
  ///
  /// - Parameter rows: how many the input has, along its first axis.
  func feed(_ index: Int, rows: Int, from source: RowSource)

  /// An output's bytes after the last run.
  func withOutput<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
}

extension Execution {
  /// Copies numbers into an input. Traps when the sizes differ.
  public func setInput(_ index: Int, to data: TensorData) {
    withInput(index) { bytes in
      precondition(
        bytes.count == data.byteCount,
        "Execution: input \(index) has \(bytes.count) bytes, got \(data.byteCount)")
      data.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
  }
}

/// A plan that would need more memory than it may use.
public struct MemoryError: DiagnosableError, Hashable, Sendable {
  public let neededBytes: Int
  public let availableBytes: Int?

  public init(neededBytes: Int, availableBytes: Int?) {
    self.neededBytes = neededBytes
    self.availableBytes = availableBytes
  }

  public var kind: ErrorKind { .other }

  public var description: String {
    let limit = availableBytes.map { ", and only \($0) may be used" } ?? ", which is not there"
    return "the network needs \(neededBytes) bytes of memory\(limit); "
      + "try a smaller batch or fewer units"
  }
}
