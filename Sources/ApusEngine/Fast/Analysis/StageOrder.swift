/// Which stages must come before which.
struct StageOrder {
  /// For each stage those that compute what it reads, and those that read a variable which it overwrites.
  let predecessors: [[Int]]

  init(_ stages: [Stage], variableOf: [Int: Int]) {
    var producer: [Int: Int] = [:]
    var readers: [Int: [Int]] = [:]
    for (index, stage) in stages.enumerated() {
      for value in stage.writes { producer[value] = index }
    }
    let overwritten = Set(variableOf.values)
    for (index, stage) in stages.enumerated() {
      for value in stage.reads where overwritten.contains(value) {
        readers[value, default: []].append(index)
      }
    }
    predecessors = stages.enumerated().map { index, stage in
      var found = stage.reads.compactMap { producer[$0] }
      for value in stage.writes {
        if let variable = variableOf[value] { found += readers[variable] ?? [] }
      }
      return found.filter { $0 != index }
    }
  }

  /// The given stages in groups: a stage comes one group after the last of its predecessors among them.
  func levels(of members: [Int]) -> [[Int]] {
    var level: [Int: Int] = [:]
    var groups: [[Int]] = []
    for member in members {
      let own = (predecessors[member].compactMap { level[$0] }.max() ?? -1) + 1
      level[member] = own
      if own == groups.count { groups.append([]) }
      groups[own].append(member)
    }
    return groups
  }
}
