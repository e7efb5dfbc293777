extension LessonDeck {
  static let deck000 = LessonDeck(
    id: "000", title: "Layers, ReLU, gradient descent, the computational graph",
    notation: "column x, W·x with W [outputs, inputs]",
    items: [
      .columnSum, .rectifier, .layerAsMatrix, .trainableParameters, .singleNeuron,
      .gradientDescent, .numericGradients, .graphForwards, .graphBackwards, .twoLayers,
      .twoLayersBackwards,
    ])
}

extension LessonItem {
  fileprivate static let columnSum = LessonItem(
    "000.02", "A column plus a column, then F", origin: .given,
    says: "A layer ends with two small steps: the column of biases is added to the column of sums, "
      + "then one function F is applied to every entry by itself.",
    commands: ["explain --preset deck000.sum --section forward"],
    question: LessonQuestion(
      "What is the last entry of F([18;24;27] + [−3;0;2])?", tolerance: 0,
      mistakes: [
        .init("the bias was left out", 27), .init("the bias was subtracted", 25),
        .init("that is the first entry", try LessonNumbers.value("deck000.sum", "F1")),
      ]
    ) { try LessonNumbers.value("deck000.sum", "F3") })

  fileprivate static let rectifier = LessonItem(
    "000.03", "ReLU(x) = max(x, 0)", origin: .given,
    says: "Below 0 the function is flat, above it the identity. At 0 itself there is no slope; a "
      + "program has to take one, and this one says which.",
    commands: [
      "plot activations relu --at 1.5 --from -3 --to 3 --columns 76",
      "explain \"relu(x)\" --at x=0 --section remarks",
    ],
    question: LessonQuestion(
      "Which slope does Apus use for relu at exactly 0?", choices: ["0", "1/2", "1"],
      mistakes: [
        .init("that is the side above 0", choice: "1"),
        .init("that is what max(a, b) does at a tie: each side gets half", choice: "1/2"),
      ]
    ) {
      switch try LessonNumbers.gradient("relu(x)", at: "x=0", "x") {
      case 0: "0"
      case 1: "1"
      default: "1/2"
      }
    })

  fileprivate static let layerAsMatrix = LessonItem(
    "000.04", "A layer as a matrix: F(Wx + b)", origin: .given,
    says: "All neurons of a layer look at the same input x. Their weights are the rows of a "
      + "matrix W, so one product W·x does the sums of the whole layer, row times column.",
    commands: ["explain --preset deck000.layer --section forward"],
    question: LessonQuestion(
      "What is the second entry of Wx?", tolerance: 0,
      mistakes: [
        .init(
          "a column of W was used instead of a row (that is Wᵀx)",
          try LessonNumbers.value(
            "y = w@x", at: "w=[4,3,7], x=[1,3,2]", "y")),
        .init("that is the first entry", try LessonNumbers.value("deck000.layer", "Wx1")),
      ]
    ) { try LessonNumbers.value("deck000.layer", "Wx2") })

  fileprivate static let trainableParameters = LessonItem(
    "000.05", "Weight matrix and trainable parameters", origin: .given,
    says: "Training changes W and b and nothing else. x is data: it comes from outside.",
    commands: ["explain --preset deck000.layer --section shapes"],
    question: LessonQuestion(
      "How many trainable numbers has F(Wx + b) with three inputs and three neurons?",
      tolerance: 0,
      mistakes: [
        .init(
          "the biases were left out",
          try LessonNumbers.parameters(inputs: 3, units: [3], biases: false)),
        .init("x was counted: it is an input", try LessonNumbers.parameters("deck000.layer") + 3),
      ]
    ) { try LessonNumbers.parameters("deck000.layer") })

  fileprivate static let singleNeuron = LessonItem(
    "000.06", "What one neuron of the layer does", origin: .given,
    says: "A neuron is one row of W, one entry of b and one entry of the result.",
    commands: ["explain --preset deck000.neuron --section forward"],
    question: LessonQuestion(
      "What comes out of the first neuron, w = (2, 4, 2), b = −3, x = (1, 3, 2)?", tolerance: 0,
      mistakes: [
        .init(
          "the bias was left out",
          try LessonNumbers.value("y = w@x", at: "w=[2,4,2], x=[1,3,2]", "y")),
        .init(
          "the bias was subtracted",
          try LessonNumbers.value("y = w@x - b", at: "w=[2,4,2], x=[1,3,2], b=-3", "y")),
      ]
    ) { try LessonNumbers.value("deck000.neuron", "F") })

  fileprivate static let gradientDescent = LessonItem(
    "000.09", "Gradient descent: downhill, and not too far", origin: .ours,
    says: "The gradient g is the best linear guess of how the cost changes. A step is w' = w − αg; "
      + "the guess says that the cost falls by α‖g‖². The smaller α is, the truer the guess.",
    commands: [
      "explain \"(w - 3)^2\" --at w=1 --lr 0.1 --section parameters",
      "explain \"(w - 3)^2\" --at w=1 --lr 0.1 --section step",
    ],
    question: LessonQuestion(
      "The cost is (w − 3)², w = 1, α = 0.1. Where is w after one step?",
      mistakes: [
        .init("the step went uphill: w + αg", 0.6),
        .init("the 2 of the derivative was left out", 1.2),
        .init("that is αg, the step itself", -0.4),
      ]
    ) { try LessonNumbers.afterStep("(w - 3)^2", at: "w=1", "w", learningRate: 0.1) })

  fileprivate static let numericGradients = LessonItem(
    "000.10", "Gradients by differences are too slow", origin: .given,
    says: "To nudge one number at a time costs one more evaluation for each of them. "
      + "Backpropagation gets all of them for about the price of two passes.",
    commands: ["check-gradients deck003 --hidden 3"],
    question: LessonQuestion(
      "A network has 13 parameters. How many forward passes do one-sided differences take for all "
        + "of their gradients?", tolerance: 0,
      mistakes: [
        .init("the unchanged network has to be evaluated too, once", 13),
        .init("the unchanged network needs to be evaluated only once", 26),
        .init("that is what backpropagation takes: one forward and one backward", 2),
      ]
    ) { try LessonNumbers.parameters("deck003.xor") + 1 })

  fileprivate static let graphForwards = LessonItem(
    "000.12", "A cost as a graph: max(w1·x1 + w2·x2, x3)", origin: .ours,
    says: "A cost is a chain of small operations. In the drawing a circle is an operation, an "
      + "arrow a quantity, a box a value. First the numbers flow forwards along the arrows. The "
      + "lecture's numbers are lost; these are ours.",
    commands: ["explain --preset deck000.max --section forward"],
    question: LessonQuestion(
      "What is F for w = (2, −1), x = (3, 4, 1)?", tolerance: 0,
      mistakes: [
        .init("that is the losing branch, x3", 1),
        .init("the minus of w2 was left out", 10),
        .init("that is the first product alone", try LessonNumbers.value("deck000.max", "a")),
      ]
    ) { try LessonNumbers.value("deck000.max", "F") })

  fileprivate static let graphBackwards = LessonItem(
    "000.14", "The same graph with numbers flowing backwards", origin: .ours,
    says: "Then numbers flow backwards: at every arrow stands how fast F changes with that arrow's "
      + "quantity. A sum hands the number on to both sides, a product swaps its factors, a "
      + "maximum hands it to the winner. Where x3 wins, all the rest gets 0.",
    commands: [
      "explain --preset deck000.max --section backward",
      "explain --preset deck000.max-losing --section backward",
    ],
    question: LessonQuestion(
      "What is ∂F/∂w2 for w = (2, −1), x = (3, 4, 1)?", tolerance: 0,
      mistakes: [
        .init("that is w2: a product's slope is the other factor", -1),
        .init("that is x1, the partner of w1", 3),
        .init("the branch with w2 wins here, so it is not 0", 0),
        .init("that is the whole product w2·x2", -4),
      ]
    ) { try LessonNumbers.gradient("deck000.max", "w2") })

  fileprivate static let twoLayers = LessonItem(
    "000.15", "Two layers, softmax and cross-entropy", origin: .ours,
    says: "a1 = max(W1·x + b1, 0), ŷ = softmax(W2·a1 + b2), J = cross-entropy of y and ŷ. Each "
      + "symbol is now a whole vector or matrix; softmax and cross-entropy count as one operation.",
    commands: [
      "explain --preset deck000.two-layer --section forward",
      "explain --preset deck000.two-layer --section loss",
    ],
    question: LessonQuestion(
      "What is ŷ_1, the probability of the first class?",
      mistakes: [
        .init(
          "that is the other class", try LessonNumbers.value("deck000.two-layer", "ŷ_2")),
        .init(
          "that is the net input, before softmax",
          try LessonNumbers.value("deck000.two-layer", "z2_1")),
        .init(
          "that is σ of one net input; softmax looks at both",
          try LessonNumbers.value("sigmoid(z)", at: "z=0.1")),
      ]
    ) { try LessonNumbers.value("deck000.two-layer", "ŷ_1") })

  fileprivate static let twoLayersBackwards = LessonItem(
    "000.16", "The gradients under the chain", origin: .ours,
    says: "Behind softmax and cross-entropy the gradient is just ŷ − y. Times a1 transposed it is "
      + "that of W2; through W2 transposed it comes to a1; where z1 is below 0 it stops; times x "
      + "transposed it is that of W1.",
    commands: ["explain --preset deck000.two-layer --section backward"],
    question: LessonQuestion(
      "What is ∂J/∂z2_1, with y = (1, 0)?",
      mistakes: [
        .init(
          "that is ŷ_1: y was not subtracted", try LessonNumbers.value("deck000.two-layer", "ŷ_1")),
        .init(
          "that is y − ŷ: the sign", -(try LessonNumbers.gradient("deck000.two-layer", "z2_1"))),
      ]
    ) { try LessonNumbers.gradient("deck000.two-layer", "z2_1") })
}
