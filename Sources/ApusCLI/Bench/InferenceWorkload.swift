internal import Apus
internal import CMallocCount

/// Predicting batch by batch, in shuffled order, with a `Predictor`.
struct InferenceWorkload: Workload {
  let name: String
  let batchSize: Int

  var summary: String { "784-30-30-10 ReLU, forward only, batch \(batchSize)" }

  func measure(_ conditions: BenchConditions) throws -> [Measurement] {
    let images = try conditions.data.trainingImages()
    let dataset = images.dataset
    let rows = dataset.count / batchSize * batchSize
    let network = try Network(Sequential.dense([30, 30, 10]), for: dataset, seed: 0)
    let predictor = try Predictor(network, threads: conditions.threads)
    let gatherer = try BatchGatherer(dataset)
    var timer = StepTimer(seconds: conditions.seconds)
    var (bytesBefore, steps, epoch) = (Int?.none, 0, 0)
    while !timer.isDone {
      let order = dataset.order(shuffledBy: 0, epoch: epoch)
      for start in stride(from: 0, to: rows, by: batchSize) {
        _ = try predictor.predict(gatherer, Array(order[start..<start + batchSize]))
        timer.stepDidEnd()
        if timer.isDone || conditions.shouldStop() { break }
        guard timer.isMeasuring else { continue }
        steps += 1
        if bytesBefore == nil { (bytesBefore, steps) = (apus_malloc_bytes(), 0) }
      }
      if conditions.shouldStop() { throw Interrupted() }
      epoch += 1
    }
    guard let timing = timer.timing else { throw Interrupted() }
    let bytes = bytesBefore.flatMap { before -> Double? in
      before < 0 ? nil : Double(apus_malloc_bytes() - before) / Double(steps + 1)
    }
    let products = MatrixProduct.all(of: network, rows: batchSize, training: false)
    return [
      Measurement(
        workload: name, timing: timing, samplesPerStep: batchSize, threads: conditions.threads,
        precision: .f32, flopsPerStep: products.flops, bytesPerStep: bytes,
        limit: try conditions.limits?.limit(of: products), data: images.description)
    ]
  }
}
