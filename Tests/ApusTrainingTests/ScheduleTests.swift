import ApusFormats
import ApusTraining
import Testing

struct ScheduleTests {
  /// PyTorch's rates for 30 steps; see Tests/Fixtures/README.md.
  @Test(arguments: [
    ("constant", "constant"), ("step", "step(7, factor=0.5)"),
    ("exponential", "exponential(0.9)"), ("cosine", "cosine(29, floor=0.001)"),
    ("cosine_restarts", "restarts(5, growth=2, floor=0.001)"),
    ("linear", "linear(20, end=0.1)"), ("warm_up", "warmup(10)"),
    ("polynomial", "polynomial(20, power=2)"), ("one_cycle", "onecycle(end=4e-6)"),
    ("warm_up_then_cosine", "warmup(5) then cosine"),
  ])
  func agreesWithPyTorch(name: String, spec: String) throws {
    let index = try fixtureJSON("schedules/index.json")
    let base = try #require(index["lr"]?.doubleValue)
    let expected = try #require(index["schedules"]?[name]?["rates"]?.doubleValues)
    let schedule = try ScheduleSpec(parsing: spec).schedule(stepsPerEpoch: 10, totalSteps: 30)
    let rates = expected.indices.map { schedule.rate(step: $0, base: base) }
    for (step, (found, wanted)) in zip(rates, expected).enumerated() {
      #expect(abs(found - wanted) <= 1e-12 * base, "step \(step): \(found), PyTorch \(wanted)")
    }
  }

  @Test func plateauAgreesWithPyTorch() throws {
    let fixture = try #require(try fixtureJSON("schedules/index.json")["schedules"]?["plateau"])
    let watched = try #require(fixture["watched"]?.doubleValues)
    let spec = try ScheduleSpec(
      parsing: "plateau(factor=0.5, patience=2, threshold=1e-4, cooldown=1, floor=0.005)")
    var plateau = try #require(try spec.plateau(rate: 0.1))
    let rates = watched.map { plateau.observe($0) }
    #expect(rates == fixture["rates"]?.doubleValues)
  }

  @Test func plateauForTheLargestTakesNaNForNoImprovement() {
    var plateau = ReduceOnPlateau(rate: 1, factor: 0.5, patience: 0, goal: .largest)
    #expect([0.5, 0.6, .nan, 0.6, 0.7].map { plateau.observe($0) } == [1, 1, 0.5, 0.25, 0.25])
  }

  @Test func epochsBecomeSteps() throws {
    let schedule = try ScheduleSpec(parsing: "step(every=2e, factor=0.1)")
      .schedule(stepsPerEpoch: 50, totalSteps: 1000)
    #expect(schedule.rate(step: 99, base: 1) == 1)
    #expect(schedule.rate(step: 100, base: 1) == 0.1)
  }

  @Test func stagesFollowEachOther() throws {
    let spec = try ScheduleSpec(parsing: "warmup(10, start=0) then constant(steps=10) then linear")
    let schedule = try spec.schedule(stepsPerEpoch: 1, totalSteps: 40)
    let rates = [0, 5, 10, 19, 20, 30, 40, 99].map { schedule.rate(step: $0, base: 2) }
    #expect(rates == [0, 1, 2, 2, 2, 1, 0, 0])
  }

  @Test func aStageBeyondTheRunLeavesOneStepForTheRest() throws {
    let schedule = try ScheduleSpec(parsing: "warmup(100) then cosine")
      .schedule(stepsPerEpoch: 1, totalSteps: 10)
    #expect(schedule.rate(step: 100, base: 1) == 1)
    #expect(schedule.rate(step: 101, base: 1) == 0)
  }

  @Test(arguments: [
    ("cosin", 1, "Did you mean \"cosine\"?"), ("", 1, "expected the name"),
    ("cosine(", 8, "expected a number"), ("cosine(10", 10, "expected ',' or ')'"),
    ("cosine(flor=1)", 8, "Did you mean \"floor\"?"), ("cosine(1, 2, 3)", 14, "no further"),
    ("cosine(steps=1, steps=2)", 17, "given twice"), ("cosine(steps 1)", 14, "expected '='"),
    ("step", 1, "needs every"), ("step(0)", 6, "more than 0"),
    ("step(every=2.5)", 12, "whole number"), ("step(3, factor=2)", 16, "from 0 to 1"),
    ("step(3, factor=2e)", 16, "not a time"), ("cosine(1e300)", 8, "at most"),
    ("constant then cosine", 1, "has no end"), ("cosine linear", 8, "expected 'then'"),
    ("plateau then cosine", 1, "cannot be combined"), ("plateau(patience=1e300)", 18, "whole"),
    ("plateau(patience=1.5)", 18, "whole"), ("cosine(nan)", 8, "parameter"),
    ("restarts(5, growth=0)", 20, "positive"),
  ])
  func mistakesPointAtTheColumn(spec: String, column: Int, words: String) throws {
    let error = #expect(throws: ScheduleError.self) { try ScheduleSpec(parsing: spec) }
    #expect(error?.column == column, "\(error?.description ?? "")")
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func anErrorShowsTheTextWithACaret() {
    let text = message { _ = try ScheduleSpec(parsing: "cosine(1, flor=2)") }
    #expect(
      text == """
        schedule, column 11: cosine has no parameter "flor". Did you mean "floor"?
          cosine(1, flor=2)
                    ^
        """)
  }

  @Test func everySpecOfTheHelpIsRead() throws {
    #expect(ScheduleSpec.help.count == 10)
    #expect(ScheduleSpec.help.first?.usage == "constant([factor=1], [steps])")
  }
}
