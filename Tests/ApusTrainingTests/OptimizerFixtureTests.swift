import ApusEngine
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Twenty updates of a small network by PyTorch; see Tests/Fixtures/README.md.
struct OptimizerFixtureTests {
  @Test(arguments: [DType.float64, .float32], [ReferenceEngine(), FastEngine()] as [any Engine])
  func twentyStepsAgreeWithPyTorch(dtype: DType, engine: any Engine) throws {
    let tensors = try fixtureTensors("optimizers/\(dtype.rawValue).safetensors")
    let index = try fixtureJSON("optimizers/index.json")
    var seen = 0
    for entry in try #require(index["cases"]?.elements) {
      let fixture = try OptimizerCase(entry, index: index)
      guard fixture.dtypes.contains(dtype.rawValue) else { continue }
      let run = try OptimizerRun(fixture, tensors, dtype: dtype, engine: engine)
      try run.execute(updates: 20)
      let limit = dtype == .float64 ? 1e-10 : fixture.optimizer.hasPrefix("rmsprop") ? 1e-4 : 1e-5
      for (path, value) in try run.results() {
        let expected = try #require(tensors["\(fixture.name)/\(path)"]).doubles()
        let difference = drift(value, from: expected)
        #expect(difference <= limit, "\(engine.name): \(fixture.name)/\(path): \(difference)")
      }
      let losses = try #require(tensors["\(fixture.name)/loss"]).doubles()
      #expect(drift(run.losses, from: losses) <= limit, "\(engine.name): \(fixture.name): losses")
      seen += 1
    }
    #expect(seen == (dtype == .float64 ? 198 : 171))
  }
}

/// One line of `cases` with its optimizer's settings.
struct OptimizerCase {
  let name: String
  let optimizer: String
  let activation: String
  let loss: String
  let dtypes: [String]
  let rule: UpdateRule
  let batches: Int

  init(_ entry: JSON, index: JSON) throws {
    name = try #require(entry["name"]?.stringValue)
    optimizer = try #require(entry["optimizer"]?.stringValue)
    activation = try #require(entry["activation"]?.stringValue)
    loss = try #require(entry["loss"]?.stringValue)
    dtypes = try #require(entry["dtypes"]?.stringValues)
    batches = try #require(index["batches"]?.intValue)
    let settings = try #require(index["optimizers"]?[optimizer])
    rule = try Self.rule(settings)
  }

  private static func rule(_ settings: JSON) throws -> UpdateRule {
    let given = try #require(settings["hyperparameters"])
    let around = try #require(settings["around"])
    var rule = UpdateRule(optimizer: try optimizer(settings["class"]?.stringValue ?? "", given))
    if let limit = around["clip_grad_norm_"]?["max_norm"]?.doubleValue {
      rule.clipping = [.globalNorm(limit)]
    }
    if let limit = around["clip_grad_value_"]?["clip_value"]?.doubleValue {
      rule.clipping = [.value(limit)]
    }
    rule.accumulation = around["accumulate"]?.intValue ?? 1
    rule.weightAverage = around["ema_decay"]?.doubleValue.map { WeightAverage(decay: $0) }
    rule.groups = (around["frozen"]?.stringValues ?? []).map { .frozen(.path($0)) }
    for group in around["groups"]?.members ?? [] {
      let rate = try #require(group.value["lr"]?.doubleValue)
      rule.groups.append(
        ParameterGroup(
          .path(group.name), learningRateFactor: rate / rule.optimizer.learningRate,
          weightDecay: group.value["weight_decay"]?.doubleValue))
    }
    return rule
  }

  private static func optimizer(_ kind: String, _ given: JSON) throws -> any Optimizer {
    func number(_ name: String) -> Double { given[name]?.doubleValue ?? 0 }
    func flag(_ name: String) -> Bool { given[name]?.boolValue ?? false }
    func pair(_ name: String) -> [Double] { given[name]?.doubleValues ?? [0, 0] }
    let (rate, decay, epsilon) = (number("lr"), number("weight_decay"), number("eps"))
    let betas = pair("betas")
    switch kind {
    case "SGD":
      return SGD(
        learningRate: rate, momentum: number("momentum"), nesterov: flag("nesterov"),
        weightDecay: .coupled(decay))
    case "RMSprop":
      return RMSprop(
        learningRate: rate, smoothing: number("alpha"), epsilon: epsilon,
        momentum: number("momentum"), centered: flag("centered"), weightDecay: .coupled(decay))
    case "Adagrad": return Adagrad(learningRate: rate, epsilon: epsilon)
    case "Adadelta":
      return Adadelta(learningRate: rate, smoothing: number("rho"), epsilon: epsilon)
    case "Adam":
      return Adam(
        learningRate: rate, beta1: betas[0], beta2: betas[1], epsilon: epsilon,
        amsgrad: flag("amsgrad"), weightDecay: .coupled(decay))
    case "AdamW":
      return AdamW(
        learningRate: rate, beta1: betas[0], beta2: betas[1], epsilon: epsilon, weightDecay: decay)
    case "NAdam":
      return NAdam(
        learningRate: rate, beta1: betas[0], beta2: betas[1], epsilon: epsilon,
        momentumDecay: number("momentum_decay"))
    case "Lion":
      return Lion(learningRate: rate, beta1: betas[0], beta2: betas[1], weightDecay: decay)
    case "Rprop":
      return Rprop(
        learningRate: rate, shrinking: pair("etas")[0], growing: pair("etas")[1],
        smallestStep: pair("step_sizes")[0], largestStep: pair("step_sizes")[1])
    default: throw FixtureError(what: "an optimizer of class \(kind)")
    }
  }
}

struct FixtureError: Error {
  let what: String
}

/// A case's network, built straight on the graph, and its variables.
final class OptimizerRun {
  private let fixture: OptimizerCase
  private let emitted: EmittedUpdates
  private let parameterPaths: [String]
  private let storage: VariableStorage
  private let apply: Stage
  private let accumulate: Stage?
  private let batches: [[String: TensorData]]
  private(set) var losses: [Double] = []

  /// A program with its execution.
  private struct Stage {
    let program: Program
    let execution: any Execution
  }

  init(
    _ fixture: OptimizerCase, _ tensors: Safetensors, dtype: DType, engine: any Engine
  ) throws {
    self.fixture = fixture
    let network = try FixtureNetwork(fixture.activation, fixture.loss)
    let graph = network.graph
    emitted = try fixture.rule.emit(
      graph: graph, loss: network.loss, parameters: network.parameters)
    parameterPaths = network.parameters.map(\.path)
    func program(_ updates: [(variable: Tensor, value: Tensor)]) throws -> Program {
      let program = try Program(graph, outputs: [("loss", network.loss)], updates: updates)
      try program.verify()
      return dtype == .float32 ? program : try Retype(.float32, to: dtype).run(program)
    }
    let applied = try program(emitted.updates)
    let layout = VariableLayout(applied)
    let storage = VariableStorage(layout)
    self.storage = storage
    func stage(_ program: Program) throws -> Stage {
      let plan = try engine.plan(
        program, sizes: ["N": 7], layout: layout, options: PlanOptions(verifies: true))
      return Stage(program: program, execution: try plan.makeExecution(storage))
    }
    apply = try stage(applied)
    accumulate =
      emitted.accumulation.isEmpty ? nil : try stage(try program(emitted.accumulation))
    batches = try (0..<fixture.batches).map { number in
      let x = try #require(tensors["batch_\(number)/x"])
      let target = try #require(tensors["batch_\(number)/\(network.target)"])
      return ["x": x, "target": target]
    }
    for path in parameterPaths {
      try storage.write(try #require(tensors["initial/\(path)"]), to: path)
    }
    for slot in emitted.slots {
      switch slot.initial {
      case .number(let value):
        let shape = try #require(slot.shape.concrete)
        let count = shape.reduce(1, *)
        try storage.write(
          TensorData([Double](repeating: value, count: count), shape: shape), to: slot.path)
      case .parameter(let path):
        try storage.write(try #require(storage.read(path)), to: slot.path)
      }
    }
  }

  func execute(updates: Int) throws {
    let size = fixture.rule.accumulation
    for update in 0..<updates {
      var loss = 0.0
      for part in 0..<size {
        let stage = part < size - 1 ? try #require(accumulate) : apply
        loss += try run(stage, batch: (update * size + part) % fixture.batches, step: update + 1)
      }
      losses.append(loss / Double(size))
    }
  }

  private func run(_ stage: Stage, batch: Int, step: Int) throws -> Double {
    let inputs = stage.program.inputs
    for (place, input) in inputs.enumerated() {
      let value: TensorData
      if let data = batches[batch][input.op.label] {
        value = data
      } else {
        let scalar = try #require(emitted.hostScalars.first { $0.name == input.op.label })
        value = TensorData(scalar: scalar.value(step, fixture.rule.optimizer.learningRate))
      }
      stage.execution.setInput(place, to: value.converted(to: input.op.type.dtype))
    }
    try stage.execution.run()
    return stage.execution.withOutput(0) { bytes in
      bytes.count == 8 ? bytes.load(as: Double.self) : Double(bytes.load(as: Float.self))
    }
  }

  /// Parameters, and moving averages as `ema/PATH`.
  func results() throws -> [(path: String, values: [Double])] {
    var results = try parameterPaths.map { ($0, try #require(storage.read($0)).doubles()) }
    for slot in emitted.slots where slot.path.hasSuffix(":average") {
      let path = "ema/" + slot.path.prefix { $0 != ":" }
      results.append((path, try #require(storage.read(slot.path)).doubles()))
    }
    return results
  }
}

/// 6→8→5→3 with a loss, as the fixtures have it.
struct FixtureNetwork {
  let graph = Graph()
  let loss: Tensor
  let parameters: [(path: String, tensor: Tensor, role: ParameterRole)]
  /// The fixture's name of the targets.
  let target: String

  init(_ activation: String, _ loss: String) throws {
    let sizes = [6, 8, 5, 3]
    var x = graph.input("x", [.n, 6])
    var parameters: [(path: String, tensor: Tensor, role: ParameterRole)] = []
    for layer in 1...3 {
      let paths = ("dense_\(layer).weight", "dense_\(layer).bias")
      let weight = graph.parameter(paths.0, Shape([sizes[layer], sizes[layer - 1]]))
      let bias = graph.parameter(paths.1, Shape([sizes[layer]]))
      parameters += [(paths.0, weight, .weight), (paths.1, bias, .bias)]
      x = matmul(x, weight, transposeB: true) + bias
      if layer < 3 { x = try Self.activate(x, activation) }
    }
    self.parameters = parameters
    switch loss {
    case "softmaxCrossEntropy":
      target = "labels"
      let labels = graph.input("target", [.n], dtype: .int32)
      let hot = oneHot(labels, depth: 3)
      self.loss = (x.logSumExp() - (x * hot).sum([1])).mean()
    case "squaredErrorMeanOverAll":
      target = "targets"
      self.loss = square(x - graph.input("target", [.n, 3])).mean()
    case "binaryCrossEntropyFromLogits":
      target = "binary"
      self.loss = (softplus(x) - x * graph.input("target", [.n, 3])).mean()
    default: throw FixtureError(what: "the loss \(loss)")
    }
  }

  private static func activate(_ x: Tensor, _ name: String) throws -> Tensor {
    switch name {
    case "relu": relu(x)
    case "tanh": tanh(x)
    case "sigmoid": sigmoid(x)
    default: throw FixtureError(what: "the activation \(name)")
    }
  }
}
