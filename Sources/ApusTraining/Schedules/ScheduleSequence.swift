/// One schedule after the other; each counts its steps from its own beginning.
public struct ScheduleSequence: Schedule {
  private let stages: [(start: Int, schedule: any Schedule)]

  /// - Throws: ``ScheduleError`` when there is none, or one that another follows has no end.
  public init(_ schedules: [any Schedule]) throws(ScheduleError) {
    guard !schedules.isEmpty else { throw ScheduleError("a sequence needs at least one schedule") }
    var stages: [(Int, any Schedule)] = []
    var start = 0
    for (index, schedule) in schedules.enumerated() {
      stages.append((start, schedule))
      guard index < schedules.count - 1 else { break }
      guard let length = schedule.length else {
        throw ScheduleError(
          "schedule \(index + 1) of \(schedules.count) has no end; say how many steps it takes")
      }
      start += length
    }
    self.stages = stages
  }

  public var length: Int? {
    stages.last.flatMap { last in last.schedule.length.map { last.start + $0 } }
  }

  public func rate(step: Int, base: Double) -> Double {
    let stage = stages.last { $0.start <= step } ?? stages[0]
    return stage.schedule.rate(step: step - stage.start, base: base)
  }
}
