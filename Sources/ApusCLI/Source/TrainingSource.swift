internal import Apus

/// The training of a run as a Swift program of its own, with the run's numbers filled in.
struct TrainingSource {
  let recorded: RecordedTraining
  let writesLoop: Bool

  private var request: TrainRequest { recorded.request }
  private var experiment: Experiment { recorded.request.experiment }
  private var train: Dataset { recorded.parts.train }
  private var loss: any Loss { experiment.loss(for: train.task) }

  init(_ recorded: RecordedTraining, asLoop writesLoop: Bool) throws {
    try recorded.checkCanBeWritten(asLoop: writesLoop)
    self.recorded = recorded
    self.writesLoop = writesLoop
  }

  var text: String {
    get throws {
      let parts = [
        head, dataLines, modelLines, try ruleLines, writesLoop ? loopLines : fitLines, resultLines,
      ]
      return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }
  }

  private var head: [String] {
    [
      "// The training of \(printable(recorded.folder.path, limit: 80)), written by apus source.",
      "// On a machine like the run's it gives the same numbers, to the last bit.",
      "//",
      "// To run it, save it as Sources/Training/main.swift beside this Package.swift, where DIR is",
      "// the folder of Apus, and say: swift run -c release",
      "//",
      "//   // swift-tools-version: 6.1",
      "//   import PackageDescription",
      "//   let package = Package(",
      "//     name: \"Training\", platforms: [.macOS(.v15)],",
      "//     dependencies: [.package(name: \"Apus\", path: \"DIR\")],",
      "//     targets: [",
      "//       .executableTarget(",
      "//         name: \"Training\", dependencies: [.product(name: \"Apus\", package: \"Apus\")])",
      "//     ])",
      "import Apus",
    ]
  }
}

// The data and its parts.
extension TrainingSource {
  private var dataLines: [String] {
    let parts = recorded.parts
    let heading = "// \(printable(train.name)): \(train.count) rows to train on."
    let load = SwiftLiteral.call("let data = try Datasets.load", loadArguments)
    let (validation, test) = (experiment.validationShare, experiment.testShare)
    let seed = experiment.seed
    if parts.validation == nil {
      if recorded.data.test != nil {
        return [heading] + load + ["let train = data.dataset", "let test = data.test"]
      }
      guard parts.test != nil else { return [heading] + load + ["let train = data.dataset"] }
      return [heading] + load + [
        "let (train, test) = try data.dataset.split(test: \(test), seed: \(seed))"
      ]
    }
    let isTestOwn = recorded.data.test != nil
    let cut = isTestOwn ? 0 : test
    var lines = [heading] + load
    lines += [
      "let parts = try data.dataset.split(validation: \(validation), test: \(cut), seed: \(seed))",
      "let train = parts.train",
    ]
    // Nothing is trained on them: fit measures them after every epoch, the loop leaves that out.
    if !writesLoop { lines.append("let validation = parts.validation") }
    if parts.test != nil { lines.append("let test = \(isTestOwn ? "data" : "parts").test") }
    return lines
  }

  private var loadArguments: [String] {
    var arguments = [SwiftLiteral.text(request.data)]
    if let entry = Datasets.all.first(where: { $0.name == request.data.lowercased() }) {
      let folder = request.datasetOptions.folder.map { "folder: \(SwiftLiteral.text($0))" }
      let seed = entry.origin == .generated ? "seed: \(request.datasetOptions.seed)" : nil
      let options = [seed, entry.origin == .files ? folder : nil].compactMap { $0 }
      if !options.isEmpty {
        arguments.append("options: DatasetOptions(\(options.joined(separator: ", ")))")
      }
      return arguments
    }
    let table = request.tableOptions
    var options: [String] = []
    if !table.targets.isEmpty { options.append("targets: \(SwiftLiteral.list(table.targets))") }
    if table.task != .automatic { options.append("task: .\(table.task)") }
    if table.missing != .error { options.append("missing: .\(table.missing)") }
    if !options.isEmpty {
      arguments.append("table: TableOptions(\(options.joined(separator: ", ")))")
    }
    return arguments
  }
}

// The network.
extension TrainingSource {
  private var modelLines: [String] {
    var lines: [String] = []
    let usual = Dense(1).weightInitializer.name
    var start = ""
    if experiment.initializer.name != usual {
      let named = SwiftLiteral.initializer(experiment.initializer)
      if named == nil {
        let name = SwiftLiteral.text(experiment.initializer.name)
        lines.append("let initializer = try InitializerList.named(\(name))")
      }
      start = ", weightInitializer: \(named ?? "initializer")"
    }
    func dense(_ units: Int, _ activation: Activation) -> String {
      let function =
        activation.name == "linear" ? "" : ", activation: \(SwiftLiteral.activation(activation))"
      return "  Dense(\(units)\(function)\(start))"
    }
    lines.append("let model = Sequential {")
    for units in experiment.hidden {
      lines.append(dense(units, experiment.activation))
      if experiment.dropout > 0 { lines.append("  Dropout(\(experiment.dropout))") }
    }
    lines.append(dense(train.task.names.count, experiment.outputActivation))
    if experiment.scalesTargets(of: train) {
      lines.append("  Denormalization(fittedTo: train.targetRows)  // back to the target's units")
    }
    lines.append("}")
    lines.append("var network = try Network(model, for: train, seed: \(experiment.seed))")
    switch experiment.standardization {
    case .auto: break
    case .on:
      lines.append("network.remember(train, Preprocessing(.standardize, fittedTo: train))")
    case .off: lines.append("network.remember(train, Preprocessing(scale: train.scale))")
    }
    return lines
  }
}

// What fit and the loop have in common: loss, rule, schedule.
extension TrainingSource {
  private var ruleLines: [String] {
    get throws {
      var lines = [
        "// The \(loss.summary).", "let loss: any Loss = \(SwiftLiteral.loss(loss))",
      ]
      lines += SwiftLiteral.call(
        "let optimizer = \(type(of: experiment.optimizer))",
        SwiftLiteral.arguments(of: experiment.optimizer))
      if let limit = experiment.clipNorm {
        lines.append(
          "let rule = UpdateRule(optimizer: optimizer, clipping: [ClipByGlobalNorm(\(limit))])")
      }
      guard let schedule = experiment.schedule else { return lines }
      let text = SwiftLiteral.text(schedule.description)
      let rate = experiment.optimizer.learningRate
      guard try schedule.plateau(rate: rate) == nil else {
        lines.append("let plateau = try ScheduleSpec(parsing: \(text)).plateau(rate: \(rate))")
        return lines
      }
      let batch = min(experiment.batchSize ?? train.count, train.count)
      let perEpoch = (train.count + batch - 1) / max(batch, 1)
      let all = experiment.steps.map(String.init) ?? "\(perEpoch) * \(experiment.epochs)"
      return lines + [
        "let schedule = try ScheduleSpec(parsing: \(text)).schedule(",
        "  stepsPerEpoch: \(perEpoch), totalSteps: \(all))",
      ]
    }
  }

  private var ruleArgument: String {
    experiment.clipNorm == nil ? "UpdateRule(optimizer: optimizer)" : "rule"
  }

  private var penaltiesArgument: String? {
    guard !experiment.penalties.isEmpty else { return nil }
    return "penalties: [" + experiment.penalties.map(SwiftLiteral.penalty).joined(separator: ", ")
      + "]"
  }

  private var batchSize: String { experiment.batchSize.map(String.init) ?? "nil" }

  /// Not a plateau, which is a callback.
  private var hasSchedule: Bool { experiment.schedule != nil && !hasPlateau }

  private var hasPlateau: Bool {
    (try? experiment.schedule?.plateau(rate: experiment.optimizer.learningRate)) != nil
  }
}

// Training with fit.
extension TrainingSource {
  private var fitLines: [String] {
    let isPlain =
      experiment.clipNorm == nil && experiment.penalties.isEmpty && experiment.steps == nil
      && experiment.shuffles
    var first = ["train"]
    if recorded.parts.validation != nil { first.append("validation: validation") }
    first += ["loss: loss", isPlain ? "optimizer: optimizer" : "rule: \(ruleArgument)"]
    var settings = isPlain ? [] : ["epochs: \(experiment.epochs)"]
    settings.append("batchSize: \(batchSize)")
    if isPlain { settings.append("epochs: \(experiment.epochs)") }
    if let steps = experiment.steps { settings.append("steps: \(steps)") }
    if !experiment.shuffles { settings.append("shuffles: false") }
    if hasSchedule { settings.append("schedule: schedule") }
    var second = isPlain ? settings : []
    if !isPlain {
      second += [penaltiesArgument].compactMap { $0 }
      second.append("options: TrainingOptions(\(settings.joined(separator: ", ")))")
    }
    let stopping = experiment.earlyStopping.map { "EarlyStopping(patience: \($0))" }
    // In the order in which `apus train` has them.
    let callbacks = [stopping, hasPlateau ? "PlateauReduction(plateau!)" : nil].compactMap { $0 }
    if !callbacks.isEmpty { second.append("callbacks: [\(callbacks.joined(separator: ", "))]") }
    return SwiftLiteral.call("let history = try network.fit", first + second) + [
      "for epoch in history.epochs { print(\"epoch\", epoch.epoch, \"loss\", epoch.train.loss) }"
    ]
  }
}

// Training with a loop.
extension TrainingSource {
  private var loopLines: [String] {
    var arguments = ["network", "loss: loss", "rule: \(ruleArgument)"]
    // Class numbers for a loss of numbers: the step cannot know that from the loss.
    if train.task.isClassification, loss.targets != .classes {
      arguments.append("targets: TensorType([.n], .int32)")
    }
    arguments += [penaltiesArgument].compactMap { $0 }
    let seed = experiment.shuffles ? "\(experiment.seed)" : "nil"
    let size = experiment.batchSize.map(String.init) ?? "train.count"
    var lines = SwiftLiteral.call("let step = try TrainingStep", arguments)
    lines += [
      "for epoch in 1...\(experiment.epochs) {",
      "  step.epoch = epoch",
      "  var sum = 0.0",
      "  let batches = try train.batches(",
      "    of: \(size), shuffledBy: \(seed), epoch: epoch, preprocessing: network.preprocessing)",
      "  for batch in batches {",
    ]
    if hasSchedule {
      lines.append(
        "    step.learningRate = schedule.rate("
          + "step: step.updateCount, base: optimizer.learningRate)")
    }
    lines += updateComment.map { "    // " + $0 }
    lines += [
      "    let batchLoss = try step(batch).loss",
      "    sum += batchLoss * Double(batch.count)",
      "  }",
      "  print(\"epoch\", epoch, \"loss\", sum / Double(train.count))",
      "}",
      "network = step.network",
    ]
    return lines
  }

  /// What one step does to every weight and bias, with the run's own numbers where they are few.
  private var updateComment: [String] {
    let start = "One step: forward, loss L of the batch, backward; then for every weight and bias:"
    let optimizer = experiment.optimizer
    let rate = hasSchedule ? "step.learningRate" : "\(optimizer.learningRate)"
    let isPlainDescent =
      optimizer.name == "sgd" && optimizer.weightDecay.rate == 0
      && optimizer.hyperparameters.allSatisfy { $0.value == 0 }
    var lines = [start]
    if isPlainDescent {
      lines.append(
        hasSchedule ? "W ← W − α·∂L/∂W with α = \(rate)" : "W ← W − \(rate)·∂L/∂W")
    } else {
      lines.append("W ← W − α·∂L/∂W as \(optimizer.name) does it, with g = ∂L/∂W and η = \(rate):")
      lines.append(optimizer.formula)
    }
    if experiment.clipNorm != nil {
      lines.append("Before that, g is scaled down to the norm of the rule.")
    }
    if !experiment.penalties.isEmpty { lines.append("g is of the loss with its penalties.") }
    return lines
  }
}

// What came out.
extension TrainingSource {
  private var resultLines: [String] {
    var lines = [
      "// The run ended with a loss of \(recorded.trainLoss) on the training rows.",
      "print(\"train loss\", try network.evaluate(train, loss: loss).loss)",
    ]
    guard recorded.parts.test != nil, let testLoss = recorded.testLoss else { return lines }
    lines.append("// And \(testLoss) on the test rows.")
    let isOptional = recorded.parts.validation != nil || recorded.data.test != nil
    let print = "print(\"test\", scores, \"that is\", scores.loss)"
    if isOptional {
      lines.append("if let test {")
      lines.append("  let scores = try network.evaluate(test, loss: loss)")
      lines.append("  " + print)
      lines.append("}")
    } else {
      lines.append("let scores = try network.evaluate(test, loss: loss)")
      lines.append(print)
    }
    return lines
  }
}
