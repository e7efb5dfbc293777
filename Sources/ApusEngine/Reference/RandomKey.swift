import ApusGraph

extension RandomStream {
  /// The stream that a key int32[4] names: (seed low, seed high, epoch, step).
  init(key: TensorData, purpose: RandomPurpose) {
    let words = key.values(as: Int32.self).map { UInt32(bitPattern: $0) }
    self.init(
      seed: UInt64(words[0]) | UInt64(words[1]) << 32, purpose: purpose, epoch: Int(words[2]),
      step: Int(words[3]))
  }
}
