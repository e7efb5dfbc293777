/// Calls a closure after every epoch.
///
/// ```swift
/// ClosureCallback { training, record in
///   if record.train.loss < 0.01 { training.stop("good enough") }
/// }
/// ```
public final class ClosureCallback: Callback {
  private let body: (Training, EpochRecord) throws -> Void

  public init(_ body: @escaping (Training, EpochRecord) throws -> Void) { self.body = body }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) throws {
    try body(training, record)
  }
}
