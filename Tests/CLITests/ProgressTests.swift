import ApusCLI
import Testing

struct ProgressTests {
  let progress = Progress(
    epoch: 2, epochs: 5, step: 24, steps: 45, values: [("loss", 0.12344), ("accuracy", 0.97119)],
    samplesPerSecond: 51_200.2, secondsLeft: 1.234)

  @Test func line() {
    #expect(
      progress.line(width: 200)
        == "epoch 2/5 [██████████··········] 24/45  loss 0.1234  accuracy 0.9712"
        + "  51,200 samples/s  1.23 s left")
    #expect(progress.line(width: 30).count == 30)
    #expect(progress.line(width: -1).count == 1)
  }

  @Test func summary() {
    #expect(progress.summary == "epoch 2/5  loss 0.1234  accuracy 0.9712  51,200 samples/s")
  }

  @Test func strangeNumbers() {
    let strange = Progress(
      epoch: 1, epochs: 1, step: 9, steps: 0, values: [("loss", .nan)], samplesPerSecond: .infinity,
      secondsLeft: .nan)
    #expect(strange.line(width: 99) == "epoch 1/1 [····················] 9/0  loss nan  nan s left")
  }
}
