extension LessonDeck {
  static let deck001 = LessonDeck(
    id: "001", title: "A two-layer network: shapes, cross-entropy, the algebra of backpropagation",
    notation: "rows X, A[l−1]·W[l]ᵀ with W [outputs, inputs], layers [1], [2]; the input is A[0]",
    items: [
      .layerEquations, .shapes, .parameterShapes, .binaryCrossEntropy, .outputGradient,
      .hiddenGradient, .updates,
    ])
}

extension LessonItem {
  fileprivate static let layerEquations = LessonItem(
    "001.06", "Z[l] = A[l−1]·W[l]ᵀ + b[l]ᵀ, A[l] = g(Z[l])", origin: .ours,
    says: "The input is A[0] and does not count as a layer. Samples are rows, so the weight matrix "
      + "stands behind, transposed.",
    commands: [
      "explain --preset deck001.two-layer --section header",
      "explain --preset deck001.two-layer --section forward",
    ],
    question: LessonQuestion(
      "What is A[1]_1, the activation of the first hidden unit?",
      mistakes: [
        .init(
          "that is Z[1]_1: σ is missing", try LessonNumbers.value("deck001.two-layer", "Z[1]_1")),
        .init(
          "that is the second unit", try LessonNumbers.value("deck001.two-layer", "A[1]_2")),
      ]
    ) { try LessonNumbers.value("deck001.two-layer", "A[1]_1") })

  fileprivate static let shapes = LessonItem(
    "001.08", "Which shapes: 784-17-10 on MNIST", origin: .given,
    says: "60,000 images of 28×28 pixels become X with 60,000 rows and 784 columns. With 17 hidden "
      + "units Z[1] and A[1] have 17 columns, Z[2] and A[2] have 10.",
    commands: ["explain --preset deck001.mnist --section shapes"],
    question: LessonQuestion(
      "Which shape has Z[2] for N images?", choices: ["(N, 17)", "(N, 10)", "(10, N)", "(10, 17)"],
      mistakes: [
        .init("that is Z[1]", choice: "(N, 17)"), .init("samples are rows here", choice: "(10, N)"),
        .init("that is W[2]: the batch was forgotten", choice: "(10, 17)"),
      ]
    ) {
      let shape = try LessonNumbers.shape("deck001.mnist", "Z[2]")
      return "(N, " + shape.split(separator: "x").suffix(1).joined() + ")"
    })

  fileprivate static let parameterShapes = LessonItem(
    "001.09", "How many parameters: 784-17-10", origin: .given,
    says: "W[1] is 17×784 with 17 biases, W[2] is 10×17 with 10 biases.",
    commands: ["summary --input 784 --hidden 17 --output 10 --activation sigmoid"],
    question: LessonQuestion(
      "How many parameters has 784-17-10?", tolerance: 0,
      mistakes: [
        .init(
          "the biases were left out",
          try LessonNumbers.parameters(inputs: 784, units: [17, 10], biases: false)),
        .init(
          "that is the first layer alone", try LessonNumbers.parameters(inputs: 784, units: [17])),
      ]
    ) { try LessonNumbers.parameters("deck001.mnist") })

  fileprivate static let binaryCrossEntropy = LessonItem(
    "001.11", "Binary cross-entropy, and what is summed", origin: .ours,
    says:
      "Each output costs −log ŷ where y is 1 and −log(1 − ŷ) where it is 0. The slide's bars do "
      + "not say whether these are added or averaged; Apus says it with every loss.",
    commands: ["explain --preset deck001.two-layer --section loss"],
    question: LessonQuestion(
      "y = 1 and ŷ = 0.8. What does this output cost?",
      mistakes: [
        .init("that is the cost where y = 0", try LessonNumbers.value("-log(1-p)", at: "p=0.8")),
        .init("log is the natural logarithm", 0.09691), .init("that is 1 − ŷ", 0.2),
      ]
    ) { try LessonNumbers.value("-log(p)", at: "p=0.8") })

  fileprivate static let outputGradient = LessonItem(
    "001.13", "Why so much cancels: Ŷ − Y", origin: .ours,
    says: "The derivative of the cost has Ŷ(1 − Ŷ) below the line, that of σ has it above. What is "
      + "left is Ŷ − Y, over the number of outputs where the loss is their mean.",
    commands: [
      "explain --preset deck001.two-layer --section backward",
      "explain \"L = -y*log(sigmoid(z)) - (1-y)*log(1-sigmoid(z))\" --at z=0.3,y=1 --parameters z "
        + "--section backward",
    ],
    question: LessonQuestion(
      "One output, y = 1, z = 0.3. What is ∂L/∂z?",
      mistakes: [
        .init(
          "that is ŷ: y was not subtracted", try LessonNumbers.value("sigmoid(z)", at: "z=0.3")),
        .init(
          "that is ∂L/∂ŷ = −1/ŷ: σ' is missing",
          -1 / (try LessonNumbers.value("sigmoid(z)", at: "z=0.3"))),
      ]
    ) {
      try LessonNumbers.gradient(
        "-y*log(sigmoid(z)) - (1-y)*log(1-sigmoid(z))", at: "z=0.3,y=1", "z", parameters: ["z"])
    })

  fileprivate static let hiddenGradient = LessonItem(
    "001.15", "The gradient of the first layer", origin: .ours,
    says: "((Ŷ − Y)W[2]) ∘ A[1] ∘ (1 − A[1]) is how fast the cost changes with Z[1]; its transpose "
      + "times X is the gradient of W[1], its sum over the rows that of b[1]. The slide's product "
      + "leaves the shapes to the reader.",
    commands: ["explain --preset deck001.two-layer --section parameters"],
    question: LessonQuestion(
      "X = (1, 2). The gradient of W[1]_11 is −0.109216. What is that of W[1]_12?",
      mistakes: [
        .init(
          "that is the gradient of the same row at input 1",
          try LessonNumbers.gradient("deck001.two-layer", "W[1]_11")),
        .init(
          "that is W[1]_22: the other unit",
          try LessonNumbers.gradient("deck001.two-layer", "W[1]_22")),
      ]
    ) { try LessonNumbers.gradient("deck001.two-layer", "W[1]_12") })

  fileprivate static let updates = LessonItem(
    "001.17", "The loop of updates", origin: .ours,
    says: "For every epoch: forward, loss, backward, then each W and b loses α times its gradient. "
      + "Nothing else happens in training.",
    commands: [
      "explain --preset deck001.two-layer --section step",
      "train gaussians --hidden 4 --activation sigmoid --optimizer sgd --learning-rate 0.5 "
        + "--epochs 10 --quiet --run-dir out/loop",
      "plot curves out/loop --columns 70",
    ],
    question: LessonQuestion(
      "W = 0.5, its gradient is −0.2, α = 0.1. What is W after the update?",
      mistakes: [
        .init("the gradient was added: uphill", 0.48), .init("α was left out", 0.7),
      ]
    ) { try LessonNumbers.value("W - a*g", at: "W=0.5, a=0.1, g=-0.2") })
}
