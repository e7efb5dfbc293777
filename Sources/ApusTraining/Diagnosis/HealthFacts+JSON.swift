public import ApusFormats
import ApusGraph

extension HealthFacts {
  /// A number that is not finite becomes null.
  public var json: JSON {
    [
      "dataset": .string(dataset), "rows": .integer(rows), "loss": .string(loss),
      "loss_takes_logits": .bool(lossTakesLogits), "head": .string(head),
      "inputs": inputs.json, "targets": targets.json, "training": training?.json ?? .null,
      "observations": .array(observations.map(\.json)), "epochs": .array(epochs.map(\.json)),
      "train": train?.json ?? .null, "held_out": heldOut?.json ?? .null,
      "divergence": divergence.map { .string($0) } ?? .null,
    ]
  }

  /// Nil when a member is missing or of another kind.
  public init?(json: JSON) {
    guard let dataset = json["dataset"]?.stringValue, let rows = json["rows"]?.intValue,
      let loss = json["loss"]?.stringValue,
      let takesLogits = json["loss_takes_logits"]?.boolValue,
      let head = json["head"]?.stringValue, let inputs = json["inputs"].flatMap(InputFacts.init),
      let targets = json["targets"].flatMap(TargetFacts.init)
    else { return nil }
    self.init(
      dataset: dataset, rows: rows, loss: loss, lossTakesLogits: takesLogits, head: head,
      inputs: inputs, targets: targets, training: json["training"].flatMap(TrainingFacts.init),
      observations: (json["observations"]?.elements ?? []).compactMap(HealthObservation.init),
      epochs: (json["epochs"]?.elements ?? []).compactMap { EpochRecord(json: $0) },
      train: json["train"].flatMap { $0.members == nil ? nil : Scores(json: $0) },
      heldOut: json["held_out"].flatMap { $0.members == nil ? nil : Scores(json: $0) },
      divergence: json["divergence"]?.stringValue)
  }
}

extension HealthFacts {
  /// What `apus train` saw of a run, from its folder.
  ///
  /// - Throws: when the folder holds no health, as after `--no-health`, or a damaged one.
  public init(run folder: String) throws {
    let path = "\(folder)/health.json"
    guard File.kind(path) != nil else {
      throw FileError(
        .open, path, "there is no such file",
        hint: "Name the folder of a run of apus train, without --no-health, or MODEL and DATA.")
    }
    guard let facts = try JSON(parsing: try File.read(path))["facts"].flatMap(Self.init(json:))
    else {
      throw TrainingError(
        "\(printable(path)) holds no facts of a run; train again to make it", kind: .badData)
    }
    self = facts
  }
}

extension TrainingFacts {
  fileprivate var json: JSON {
    [
      "optimizer": .string(optimizer), "learning_rate": .finite(learningRate),
      "batch_size": .integer(batchSize),
      "highest_early_loss": highestEarlyLoss.map { .finite($0) } ?? .null,
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let optimizer = json["optimizer"]?.stringValue,
      let rate = json["learning_rate"]?.doubleValue, let batch = json["batch_size"]?.intValue
    else { return nil }
    self.init(
      optimizer: optimizer, learningRate: rate, batchSize: batch,
      highestEarlyLoss: json["highest_early_loss"]?.doubleValue)
  }
}

extension InputFacts {
  fileprivate var json: JSON {
    [
      "features": .integer(features), "largest": largest.json,
      "widest": widest?.json ?? .null, "narrowest": narrowest?.json ?? .null,
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let features = json["features"]?.intValue,
      let largest = json["largest"].flatMap(Feature.init)
    else { return nil }
    self.init(
      features: features, largest: largest, widest: json["widest"].flatMap(Feature.init),
      narrowest: json["narrowest"].flatMap(Feature.init))
  }
}

extension InputFacts.Feature {
  fileprivate var json: JSON { ["name": .string(name), "value": .finite(value)] }

  fileprivate init?(_ json: JSON) {
    guard let name = json["name"]?.stringValue else { return nil }
    self.init(name: name, value: json["value"]?.doubleValue ?? .nan)
  }
}

extension TargetFacts {
  fileprivate var json: JSON {
    [
      "empty_classes": JSON(emptyClasses), "classes": .integer(classes),
      "lowest": lowest.map { .finite($0) } ?? .null,
      "highest": highest.map { .finite($0) } ?? .null,
      "loss_of_constant": lossOfConstant.map { .finite($0) } ?? .null,
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let empty = json["empty_classes"]?.stringValues, let classes = json["classes"]?.intValue
    else { return nil }
    self.init(
      emptyClasses: empty, classes: classes, lowest: json["lowest"]?.doubleValue,
      highest: json["highest"]?.doubleValue,
      lossOfConstant: json["loss_of_constant"]?.doubleValue)
  }
}

extension HealthObservation {
  fileprivate var json: JSON {
    [
      "epoch": .integer(epoch), "step": .integer(step), "loss": .finite(loss),
      "outputs": [
        "lowest": .finite(outputs.lowest), "highest": .finite(outputs.highest),
        "sums_to_one": .bool(outputs.sumsToOne),
      ],
      "parameters": .array(parameters.map(\.json)), "activations": .array(activations.map(\.json)),
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let epoch = json["epoch"]?.intValue, let step = json["step"]?.intValue,
      let outputs = json["outputs"], let sums = outputs["sums_to_one"]?.boolValue
    else { return nil }
    self.init(
      epoch: epoch, step: step, loss: json["loss"]?.doubleValue ?? .nan,
      outputs: OutputFacts(
        lowest: outputs["lowest"]?.doubleValue ?? .nan,
        highest: outputs["highest"]?.doubleValue ?? .nan, sumsToOne: sums),
      parameters: (json["parameters"]?.elements ?? []).compactMap(ParameterHealth.init),
      activations: (json["activations"]?.elements ?? []).compactMap(ActivationHealth.init))
  }
}

extension ParameterHealth {
  fileprivate var json: JSON {
    [
      "path": .string(path), "is_weight": .bool(isWeight), "size": .finite(size),
      "gradient": .finite(gradient), "update_ratio": updateRatio.map { .finite($0) } ?? .null,
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let path = json["path"]?.stringValue, let isWeight = json["is_weight"]?.boolValue
    else { return nil }
    self.init(
      path: path, isWeight: isWeight, size: json["size"]?.doubleValue ?? .nan,
      gradient: json["gradient"]?.doubleValue ?? .nan,
      updateRatio: json["update_ratio"]?.doubleValue)
  }
}

extension ActivationHealth {
  fileprivate var json: JSON {
    [
      "layer": .string(layer), "function": .string(function), "units": .integer(units),
      "dead": .integer(dead), "saturated": .finite(saturated), "is_head": .bool(isHead),
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let layer = json["layer"]?.stringValue, let function = json["function"]?.stringValue,
      let units = json["units"]?.intValue, let dead = json["dead"]?.intValue,
      let isHead = json["is_head"]?.boolValue
    else { return nil }
    self.init(
      layer: layer, function: function, units: units, dead: dead,
      saturated: json["saturated"]?.doubleValue ?? 0, isHead: isHead)
  }
}
