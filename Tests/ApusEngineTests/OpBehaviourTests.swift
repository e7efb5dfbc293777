import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// Ops whose meaning the fixtures do not cover.
@Suite struct OpBehaviourTests {
  private func value(_ tensor: Tensor) throws -> [Double] {
    try tensor.graph.evaluate([tensor])[0].doubles()
  }

  @Test func oneHotRowsIgnoreStrangers() throws {
    let graph = Graph()
    let labels = graph.constant(TensorData([2, -1, 0, 3] as [Int32]))
    #expect(try value(oneHot(labels, depth: 3)) == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0])
  }

  @Test func slicesCountFromBothEnds() throws {
    let graph = Graph()
    let x = graph.constant(TensorData((0..<6).map(Double.init)))
    #expect(try value(x.sliced(axis: 0, from: -2)) == [4, 5])
    #expect(try value(x.sliced(axis: 0, to: -4)) == [0, 1])
    #expect(try value(x.sliced(axis: -1, from: 1, to: 6, by: 2)) == [1, 3, 5])
    #expect(try value(x.sliced(axis: 0, from: 3, to: 3)).isEmpty)
  }

  @Test func varianceAndLogSoftmax() throws {
    let graph = Graph()
    let x = graph.constant(TensorData([1.0, 2, 3, 4]))
    #expect(try value(x.variance()) == [1.25])
    let sum = try value(exp(logSoftmax(x)).sum())[0]
    #expect(sum > 1 - 1e-15 && sum < 1 + 1e-15)
  }

  @Test func logicFollowsItsTables() throws {
    let graph = Graph()
    let a = graph.constant(TensorData([true, true, false, false]))
    let b = graph.constant(TensorData([true, false, true, false]))
    #expect(try value(a .& b) == [1, 0, 0, 0])
    #expect(try value(a .| b) == [1, 1, 1, 0])
    #expect(try value(.!a) == [0, 0, 1, 1])
  }

  @Test func aRowThatIsNotThereIsAnErrorWithItsPlace() throws {
    let graph = Graph()
    let x = graph.constant(TensorData([1.0, 2, 3], shape: [3, 1]))
    for number in [3, -1, Int32.max] as [Int32] {
      let rows = graph.constant(TensorData([0, number]))
      let error = #expect(throws: RowNumberError.self) { try value(gather(x, rows: rows)) }
      #expect(
        error?.description == "gather: row number \(number) at position 1 is not between 0 and 2")
      #expect(throws: RowNumberError.self) {
        try value(
          scatterAdd(
            gather(x, rows: graph.constant(TensorData([0, 1] as [Int32]))), rows: rows, count: 3))
      }
    }
  }

  @Test func randomNumbersAreAFunctionOfKeyAndStream() throws {
    let graph = Graph()
    let key = graph.input("key", [4], dtype: .int32)
    let drawn = [
      randomUniform([9], stream: .dropout, key: key),
      randomUniform([9], stream: .noise, key: key),
      randomUniform([9], dtype: .float64, stream: .dropout, key: key),
    ]
    let first = TensorData([5, 6, 7, 8] as [Int32])
    let values = try graph.evaluate(drawn, feeding: [key: first])
    var narrow = RandomStream(seed: 5 | 6 << 32, purpose: .dropout, epoch: 7, step: 8)
    var wide = narrow
    #expect(values[0].values(as: Float.self) == (0..<9).map { _ in narrow.uniformFloat() })
    #expect(values[2].values(as: Double.self) == (0..<9).map { _ in wide.uniform() })
    #expect(values[0] != values[1])
    let later = try graph.evaluate(drawn, feeding: [key: TensorData([5, 6, 7, 9] as [Int32])])
    #expect(values[0] != later[0])
  }

  @Test func normalNumbersHaveMeanZeroAndVarianceOne() throws {
    let graph = Graph()
    let key = graph.constant(TensorData([1, 2, 3, 4] as [Int32]))
    for dtype in [DType.float32, .float64] {
      let x = randomNormal([20_001], dtype: dtype, stream: .noise, key: key)
      let moments = try graph.evaluate([x.mean(), x.variance(), square(square(x)).mean()])
      #expect(-0.02...0.02 ~= moments[0].scalar ?? .nan)
      #expect(0.97...1.03 ~= moments[1].scalar ?? .nan)
      #expect(2.8...3.2 ~= moments[2].scalar ?? .nan)
    }
  }

  @Test func bernoulliHitsItsProbability() throws {
    let graph = Graph()
    let key = graph.constant(TensorData([1, 0, 0, 0] as [Int32]))
    for probability in [0, 0.3, 1] {
      let hits = bernoulli(probability, [10_000], stream: .dropout, key: key)
      let rate = try value(hits.cast(to: .float64).mean())[0]
      #expect(probability - 0.02...probability + 0.02 ~= rate)
    }
  }

  @Test func int32ArithmeticIsExact() throws {
    let graph = Graph()
    let a = graph.constant(TensorData([16_777_217, -5] as [Int32]))
    let b = graph.constant(TensorData([1, 7] as [Int32]))
    let results = [a + b, a - b, a * b, max(a, b), min(a, b), -a, abs(a)]
    let values = try graph.evaluate(results).map { $0.values(as: Int32.self) }
    #expect(
      values == [
        [16_777_218, 2], [16_777_216, -12], [16_777_217, -35], [16_777_217, 7], [1, -5],
        [-16_777_217, 5], [16_777_217, 5],
      ])
  }
}
