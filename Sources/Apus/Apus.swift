@_exported public import ApusData
@_exported public import ApusEngine
@_exported public import ApusFormats
@_exported public import ApusGraph
@_exported public import ApusLayers
@_exported public import ApusTraining
