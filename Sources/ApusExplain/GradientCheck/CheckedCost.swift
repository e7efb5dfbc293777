import ApusGraph
import ApusLayers
import ApusTraining

/// A cost as a function of its parameters: what a gradient check needs to know of one.
protocol CheckedCost {
  /// Where it is looked at, in Float64.
  var parameters: ParameterStore { get }
  /// What it is computed in.
  var precision: DType { get }

  func callAsFunction(_ parameters: ParameterStore) throws -> Double

  /// By backpropagation, in Float64.
  func gradient(at parameters: ParameterStore) throws -> ParameterStore
}

extension NetworkCost: CheckedCost {}
