/// What is known about the health of a network or a run: numbers only. What they mean is said by
/// the rules of a diagnosis.
public struct HealthFacts: Hashable, Sendable {
  public var dataset: String
  /// Rows of the training, or of the data that a model was looked at with.
  public var rows: Int
  public var loss: String
  /// The loss's predictions are scores that go through a softmax in the loss.
  public var lossTakesLogits: Bool
  /// The last function of the network: `linear`, `sigmoid`, ….
  public var head: String
  public var inputs: InputFacts
  public var targets: TargetFacts
  /// Of the training that was watched; nil for a model by itself.
  public var training: TrainingFacts?
  /// In order of time: before the first step, after some epochs, at the end.
  public var observations: [HealthObservation] = []
  public var epochs: [EpochRecord] = []
  /// Measured after training.
  public var train: Scores?
  /// Of the rows that were held out: validation, else test.
  public var heldOut: Scores?
  /// Why training ended with a number that is not finite.
  public var divergence: String?
}

/// How a run was trained, as far as its health depends on it.
public struct TrainingFacts: Hashable, Sendable {
  public var optimizer: String
  public var learningRate: Double
  public var batchSize: Int
  /// The highest loss of a batch among the first steps.
  public var highestEarlyLoss: Double?
}

/// The numbers that go into the network, prepared as it sees them.
public struct InputFacts: Hashable, Sendable {
  public struct Feature: Hashable, Sendable {
    public var name: String
    public var value: Double
  }

  public var features: Int
  /// The feature with the largest value, and that value's size.
  public var largest: Feature
  /// The standard deviations of the features that vary most and least; nil when none varies.
  public var widest: Feature?
  public var narrowest: Feature?
}

/// What the network shall give.
public struct TargetFacts: Hashable, Sendable {
  /// Classes that no row has.
  public var emptyClasses: [String]
  public var classes: Int
  /// Of numbers to predict; nil for classes.
  public var lowest: Double?
  public var highest: Double?
  /// The loss of the best answer that does not look at the input: the entropy of the classes for a
  /// cross-entropy, the variance for a squared error; nil for other losses.
  public var lossOfConstant: Double?
}

/// What one look at the network saw, on the same rows each time.
public struct HealthObservation: Hashable, Sendable {
  /// Epochs and steps done.
  public var epoch: Int
  public var step: Int
  public var loss: Double
  public var outputs: OutputFacts
  public var parameters: [ParameterHealth]
  public var activations: [ActivationHealth]
}

public struct OutputFacts: Hashable, Sendable {
  public var lowest: Double
  public var highest: Double
  /// Whether every row has at least two numbers that are not negative and sum to 1.
  public var sumsToOne: Bool
}

/// One parameter tensor: sizes as root mean squares.
public struct ParameterHealth: Hashable, Sendable {
  public var path: String
  public var isWeight: Bool
  public var size: Double
  public var gradient: Double
  /// ‖change of one step‖ / ‖weights before it‖; nil when no step was watched.
  public var updateRatio: Double?
}

/// The results of one activation function.
public struct ActivationHealth: Hashable, Sendable {
  /// The layer's path.
  public var layer: String
  /// `relu`, `sigmoid` or `tanh`.
  public var function: String
  public var units: Int
  /// Of ReLU: units that give 0 for every row.
  public var dead: Int
  /// Of sigmoid and tanh: the share of results where the slope is below 1 % of its largest.
  public var saturated: Double
  /// Whether it gives the network's answer, where a saturated unit is a sure one.
  public var isHead: Bool
}
