/// What each row of a batch adds to the loss and to its gradient.
public struct BatchPart: Hashable, Sendable {
  /// How what belongs to the rows becomes what belongs to the batch.
  public enum Combination: String, Hashable, Sendable {
    /// The sum divided by the number of rows.
    case mean
    case sum

    /// The number of rows for a mean, else 1.
    func divisor(_ rows: Int) -> Double { self == .mean ? Double(rows) : 1 }
  }

  /// An input or the targets: a row for each example.
  public struct Given: Hashable, Sendable {
    public let quantity: Quantity
    public let value: Numbers
  }

  /// One parameter: what the rows ask of it.
  public struct Entry: Hashable, Sendable {
    public let name: String
    public let index: [Int]
    /// The gradients of the rows' own losses, in the order of the rows.
    public let rows: [Double]
    /// The same by central differences.
    public let estimates: [Double]
    /// What a penalty adds that no row has a part in, and the same by central differences; 0 without one.
    public let penalty: Double
    public let penaltyEstimate: Double
    /// The gradient of the batch's loss, rows combined and the penalty added, as training has it.
    public let gradient: Double
    public let estimate: Double
  }

  /// The parameters of one tensor.
  public struct Group: Hashable, Sendable {
    public let name: String
    public let shape: [Int]
    /// Those of the parameter table: all of them, or those with the largest gradients.
    public let entries: [Entry]
    /// The gradients of the rows' own losses for all parameters of the tensor, in the order of the rows.
    public let rows: [Numbers]
  }

  /// What the rows are called: their numbers in the data, from 1.
  public let rows: [Int]
  public let combination: Combination
  public let given: [Given]
  /// Of each row alone.
  public let losses: [Double]
  /// What penalties on parameters add to the loss; 0 without any.
  public let penalty: Double
  /// Of the batch: the losses combined and the penalty added.
  public let loss: Double
  public let groups: [Group]

  /// Whether a tensor has a row for each example.
  func hasRows(_ value: Numbers, _ role: QuantityRole) -> Bool {
    role != .parameter && role != .constant && value.shape.first == rows.count
  }
}
