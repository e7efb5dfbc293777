import CKernels

extension TileCode {
  /// The same program with one instruction for a·s + b·t where there were up to three: moving
  /// averages of optimizers, weight decay, momentum. Roundings stay as they were.
  ///
  /// - Parameter kept: registers that are read after the program.
  func joiningScaledSums(keeping kept: [TileRegister]) -> [Instruction] {
    guard instructions.contains(where: { $0.op == APUS_SCALE }) else { return instructions }
    var uses: [TileRegister: Int] = [:]
    for register in kept { uses[register, default: 0] += 1 }
    for instruction in instructions {
      for source in instruction.sources { uses[source, default: 0] += 1 }
    }
    var scaled: [TileRegister: Instruction] = [:]
    var joined: Set<TileRegister> = []
    var result: [Instruction] = []
    for var instruction in instructions {
      if instruction.op == APUS_SCALE, uses[instruction.d] == 1 {
        scaled[instruction.d] = instruction
      } else if instruction.op == APUS_ADD || instruction.op == APUS_SUB {
        let terms = instruction.sources.map { source -> (register: TileRegister, factor: Double)? in
          guard let scale = scaled[source], scale.column == instruction.column else { return nil }
          return (scale.sources[0], scale.numbers.0)
        }
        if terms.contains(where: { $0 != nil }) {
          for (source, term) in zip(instruction.sources, terms) where term != nil {
            joined.insert(source)
          }
          let sign: Double = instruction.op == APUS_SUB ? -1 : 1
          instruction.op = APUS_COMBINE
          instruction.numbers = (terms[0]?.factor ?? 1, sign * (terms[1]?.factor ?? 1))
          instruction.sources = zip(instruction.sources, terms).map { $1?.register ?? $0 }
        }
      }
      result.append(instruction)
    }
    return result.filter { !joined.contains($0.d) }
  }
}
