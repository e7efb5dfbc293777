import ApusEngine
import ApusGraph
import ApusLayers

/// The places of a step's inputs and outputs, looked up once.
struct Ports {
  let features: Int
  let targets: Int
  /// One factor for each row's loss, where the step takes them.
  let weights: Int?
  let randomKey: Int?
  /// Scalar inputs with what to write there; a program lacks those that it does not need.
  let scalars: [(index: Int, scalar: HostScalar)]
  let loss: Int
  let divisor: Int?
  let predictions: Int
  /// Of all inputs by place.
  let inputDTypes: [DType]

  init(_ runner: Runner, network: Network, scalars: [HostScalar]) throws {
    func input(_ name: String) throws -> Int {
      guard let index = runner.input(name) else {
        throw TrainingError("the program has no input '\(name)'")
      }
      return index
    }
    func output(_ name: String) throws -> Int {
      guard let index = runner.output(name) else {
        throw TrainingError("the program has no output '\(name)'")
      }
      return index
    }
    guard network.inputs.count == 1 else {
      throw TrainingError(
        "fit takes networks with one input, this one has \(network.inputs.count)")
    }
    inputDTypes = runner.program.inputs.map(\.op.type.dtype)
    features = try input(network.inputs[0].name)
    targets = try input(TrainingProgram.Name.target)
    weights = runner.input(TrainingProgram.Name.weights)
    randomKey = runner.input(BuiltModel.randomKeyName)
    self.scalars = scalars.compactMap { scalar in
      runner.input(scalar.name).map { ($0, scalar) }
    }
    loss = try output(TrainingProgram.Name.loss)
    divisor = runner.output(TrainingProgram.Name.divisor)
    predictions = try output(TrainingProgram.Name.predictions)
  }
}

extension Execution {
  /// Writes a scalar input of type Float32 or Float64.
  func setScalar(_ index: Int, to value: Double) {
    withInput(index) { bytes in
      if bytes.count == 8 {
        bytes.storeBytes(of: value, as: Double.self)
      } else {
        bytes.storeBytes(of: Float(value), as: Float.self)
      }
    }
  }

  /// Reads a scalar output of type Float32 or Float64.
  func scalar(_ index: Int) -> Double {
    withOutput(index) { bytes in
      bytes.count == 8 ? bytes.load(as: Double.self) : Double(bytes.load(as: Float.self))
    }
  }

  /// Writes the key of random ops: (seed low, seed high, epoch, step).
  func setRandomKey(_ index: Int, seed: UInt64, epoch: Int, step: Int) {
    withInput(index) { bytes in
      let key = SIMD4(
        UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
        UInt32(truncatingIfNeeded: epoch), UInt32(truncatingIfNeeded: step))
      bytes.storeBytes(of: key, as: SIMD4<UInt32>.self)
    }
  }
}
