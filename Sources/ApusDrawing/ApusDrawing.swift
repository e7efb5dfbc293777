import CCairo
import CGraphviz

/// Pictures of numbers, networks and graphs. This module takes numbers and never runs a network.
public enum Drawing {
  /// The version of Cairo, which writes PNG and PDF; nil when it cannot be loaded.
  public static var cairoVersion: String? { apus_cairo_version().map { String(cString: $0) } }

  /// The version of Graphviz, which places the nodes of a graph; nil when it cannot be loaded.
  public static var graphvizVersion: String? { apus_graphviz_version().map { String(cString: $0) } }
}
