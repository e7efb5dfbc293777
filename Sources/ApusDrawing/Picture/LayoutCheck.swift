internal import ApusGraph

extension Picture {
  /// What is wrong with the places of texts: two that overlap, one that leaves the picture. Empty
  /// for a picture that is laid out well. Texts may touch by less than half a point.
  public var layoutMistakes: [String] {
    let boxes = labels.filter { !$0.text.isEmpty }.map { ($0.text, $0.box.inset(by: 0.5)) }
    let paper = Rect(size)
    var mistakes: [String] = []
    for (index, (text, box)) in boxes.enumerated() {
      if !paper.contains(box) {
        mistakes.append("\"\(text)\" leaves the picture: \(Self.words(box))")
      }
      for (other, otherBox) in boxes[(index + 1)...] where box.overlaps(otherBox) {
        mistakes.append(
          "\"\(text)\" (\(Self.words(box))) and \"\(other)\" (\(Self.words(otherBox))) overlap")
      }
    }
    return mistakes
  }

  private static func words(_ box: Rect) -> String {
    [box.left, box.top, box.right, box.bottom].map { NumberFormat.fixed($0, digits: 1) }
      .joined(separator: " ")
  }
}
