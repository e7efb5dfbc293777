/// One row at a time, as a service answers.
let infer1 = InferenceWorkload(name: "infer-1", batchSize: 1)

/// Many rows at a time, as a file is worked through.
let infer256 = InferenceWorkload(name: "infer-256", batchSize: 256)
