/// Something that watches a training and may steer it. Every method has an empty default.
///
/// A class, because it keeps what it has seen; used by one training at a time.
public protocol Callback: AnyObject {
  func trainingWillStart(_ training: Training) throws
  func stepDidEnd(_ training: Training) throws
  func epochDidEnd(_ training: Training, _ record: EpochRecord) throws
  /// Called once however training ends, errors left out.
  func trainingDidEnd(_ training: Training) throws
}

extension Callback {
  public func trainingWillStart(_ training: Training) throws {}
  public func stepDidEnd(_ training: Training) throws {}
  public func epochDidEnd(_ training: Training, _ record: EpochRecord) throws {}
  public func trainingDidEnd(_ training: Training) throws {}
}
