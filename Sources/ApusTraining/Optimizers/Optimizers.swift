import ApusGraph

/// All optimizers by the names of the command line and of files.
public enum Optimizers {
  /// With default settings, in the order of `--help`. Adding an optimizer adds its line here.
  public static let all: [any Optimizer] = [
    SGD(), SGD(momentum: 0.9, nesterov: true), RMSprop(), Adagrad(), Adadelta(), Adam(),
    Adam(amsgrad: true), AdamW(), NAdam(), Lion(), Rprop(),
  ]

  public static var names: [String] { all.map(\.name) }

  /// The optimizer of a name, with the options that were given in place of its defaults.
  ///
  /// Weight decay is coupled where PyTorch has it so (SGD, RMSprop, Adagrad, Adadelta, Adam, NAdam)
  /// and decoupled in AdamW, Lion and Rprop; it applies to all parameters, biases too.
  ///
  /// - Throws: ``OptimizerError`` when the name is unknown, a number is out of range, or the
  ///   optimizer has no momentum.
  public static func named(
    _ name: String, learningRate: Double? = nil, momentum: Double? = nil,
    weightDecay: Double? = nil
  ) throws -> any Optimizer {
    guard var optimizer = all.first(where: { $0.name == name.lowercased() }) else {
      let hint = didYouMean(name, in: names) ?? "There are \(names.joined(separator: ", "))."
      throw OptimizerError("there is no optimizer \"\(name)\". \(hint)")
    }
    if let momentum {
      guard var moving = optimizer as? any MomentumOptimizer else {
        let others = all.filter { $0 is any MomentumOptimizer }.map(\.name)
        throw OptimizerError(
          "\(optimizer.name) has no momentum to set; these have: "
            + others.joined(separator: ", "))
      }
      moving.momentum = momentum
      optimizer = moving
    }
    optimizer.learningRate = learningRate ?? optimizer.learningRate
    optimizer.weightDecay.rate = weightDecay ?? optimizer.weightDecay.rate
    try optimizer.validate()
    return optimizer
  }
}
