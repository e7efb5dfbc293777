/// How a word of the command line becomes a value.
package struct ArgumentType<Value: Sendable>: Sendable {
  /// What the help shows in place of a value: `N`.
  package var placeholder: String
  package var completion: Completion
  /// The value, or what was expected instead.
  package var read: @Sendable (String) -> Reading<Value>

  package init(
    placeholder: String, completion: Completion = .nothing,
    read: @escaping @Sendable (String) -> Reading<Value>
  ) {
    self.placeholder = placeholder
    self.completion = completion
    self.read = read
  }

  /// The same words, with another name in the help.
  package func named(_ placeholder: String) -> ArgumentType {
    ArgumentType(placeholder: placeholder, completion: completion, read: read)
  }

  func mapped<T: Sendable>(_ change: @escaping @Sendable (Value) -> T) -> ArgumentType<T> {
    ArgumentType<T>(placeholder: placeholder, completion: completion) {
      switch read($0) {
      case .value(let value): .value(change(value))
      case .expected(let what): .expected(what)
      }
    }
  }
}

package enum Reading<Value: Sendable>: Sendable {
  case value(Value)
  /// Completes "expected …, found …".
  case expected(String)
}

/// What a shell may offer.
package enum Completion: Sendable, Hashable {
  case nothing
  case files
  case names([String])
}

extension ArgumentType<String> {
  package static var text: Self {
    Self(placeholder: "TEXT") { $0.isEmpty ? .expected("a text that is not empty") : .value($0) }
  }

  package static var path: Self {
    Self(placeholder: "FILE", completion: .files) {
      $0.isEmpty ? .expected("the path of a file") : .value($0)
    }
  }

  /// One of the names; others are refused with the nearest one.
  package static func name(of names: [String]) -> Self {
    Self(placeholder: "NAME", completion: .names(names)) {
      names.contains($0) ? .value($0) : .expected("one of " + names.joined(separator: ", "))
    }
  }
}

extension ArgumentType<Int> {
  package static func integer(in range: ClosedRange<Int>) -> Self {
    let expected =
      range.upperBound == .max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return Self(placeholder: "N") { word in
      guard let value = Int(word), range.contains(value) else { return .expected(expected) }
      return .value(value)
    }
  }

  package static var count: Self { integer(in: 1...Int.max) }
}

extension ArgumentType<UInt64> {
  /// Any number that a random stream can start from.
  package static var seed: Self {
    Self(placeholder: "N") { word in
      // JSON writes whole numbers up to the largest Int exactly.
      let largest = UInt64(Int.max)
      guard let seed = UInt64(word), seed <= largest else {
        return .expected("a whole number from 0 to \(largest)")
      }
      return .value(seed)
    }
  }
}

extension ArgumentType<[Int]> {
  /// Sizes such as `30,30`.
  package static var counts: Self {
    Self(placeholder: "N,N,…") { word in
      let values = word.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      return values.contains { $0 < 1 }
        ? .expected("whole numbers of at least 1 with commas between them, as 30,30")
        : .value(values)
    }
  }
}

extension ArgumentType<Double> {
  package static var number: Self { number("a number") { _ in true } }
  package static var positive: Self { number("a number above 0") { $0 > 0 } }
  package static var notNegative: Self { number("a number of at least 0") { $0 >= 0 } }
  /// From 0 up to, but not with, 1.
  package static var fraction: Self {
    number("a number from 0 up to, but not with, 1") { (0..<1).contains($0) }
  }

  private static func number(
    _ expected: String, where isAllowed: @escaping @Sendable (Double) -> Bool
  ) -> Self {
    Self(placeholder: "X") { word in
      // Double also reads "nan", "inf" and hexadecimal; none is what a person means here.
      let isDecimal = word.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
      guard isDecimal, let value = Double(word), value.isFinite, isAllowed(value) else {
        return .expected(expected)
      }
      return .value(value)
    }
  }
}
