internal import Apus

/// A name with its settings in parentheses where it has some: `leaky_relu(0.1)`, `normal(0, 0.05)`.
extension ArgumentType<String> {
  static var activation: Self {
    setting(of: ActivationList.names) { _ = try Activation.named($0) }
  }

  static var initializer: Self {
    setting(of: InitializerList.names) { _ = try InitializerList.named($0) }
  }

  private static func setting(
    of names: [String], check: @escaping @Sendable (String) throws -> Void
  ) -> Self {
    Self(placeholder: "NAME", completion: .names(names)) { word in
      do {
        try check(word)
        return .value(word)
      } catch is UnknownNameError {
        return .expected("one of " + names.joined(separator: ", "))
      } catch {
        return .expected("settings in parentheses that fit (\(error))")
      }
    }
  }
}
