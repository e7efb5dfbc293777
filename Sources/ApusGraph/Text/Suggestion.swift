/// The candidate that a mistyped name most likely means; nil when none is near.
///
/// The distance counts insertions, deletions, replacements and swaps of neighbours (Damerau 1964,
/// optimal string alignment), ignoring case; a third of the name's length, at least one, is near. Where none
/// is, a name of three letters or more means the one candidate that begins with it: `eval` evaluate.
public func closestMatch(to name: String, in candidates: [String]) -> String? {
  let target = Array(name.lowercased().unicodeScalars.prefix(64))
  let limit = max(1, target.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let scalars = Array(candidate.lowercased().unicodeScalars.prefix(64))
    guard abs(scalars.count - target.count) <= limit else { continue }
    let distance = editDistance(target, scalars)
    if distance <= limit, distance < (best?.distance ?? Int.max) { best = (candidate, distance) }
  }
  if let best { return best.name }
  let begun = candidates.filter { $0.lowercased().hasPrefix(name.lowercased()) }
  return name.count >= 3 && begun.count == 1 ? begun[0] : nil
}

/// `Did you mean "relu"?` for the nearest candidate; nil when none is near.
public func didYouMean(_ name: String, in candidates: [String]) -> String? {
  closestMatch(to: name, in: candidates).map { "Did you mean \"\($0)\"?" }
}

private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[b.count]
}
