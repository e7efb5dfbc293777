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

  /// The given stages in groups of chains: a stage comes one group after the last of its predecessors among them; or,
  /// where it is small and so is all of the one chain that it waits for, at the end of that.
  func chains(of members: [Int], _ isSmall: (Int) -> Bool) -> [[[Int]]] {
    var places: [Int: (group: Int, chain: Int)] = [:]
    var groups: [[[Int]]] = []
    for member in members {
      let before = predecessors[member].compactMap { places[$0] }
      let group = before.map(\.group).max() ?? -1
      let last = Set(before.filter { $0.group == group }.map(\.chain))
      if let chain = last.first, last.count == 1, isSmall(member),
        groups[group][chain].allSatisfy(isSmall)
      {
        places[member] = (group, chain)
        groups[group][chain].append(member)
        continue
      }
      if group + 1 == groups.count { groups.append([]) }
      places[member] = (group + 1, groups[group + 1].count)
      groups[group + 1].append([member])
    }
    return groups
  }
}
