extension LessonDeck {
  static let deck002 = LessonDeck(
    id: "002", title: "The neuron, logistic regression, 3-4-4-3, vanishing gradients",
    notation: "row x, x·W(1) with W [inputs, outputs], layers counted from 1, no biases",
    items: [
      .netInput, .logisticRegression, .sigmoidCurve, .sigmoidSlope, .neuron, .oneLine,
      .countingWeights, .rowNotation, .softmaxRow, .fiveSteps, .deltas, .vanishing, .tanhCurve,
      .leakyRectifier,
    ])
}

extension LessonItem {
  fileprivate static let netInput = LessonItem(
    "002.04", "Net input and activation", origin: .ours,
    says: "A neuron multiplies each input by its weight, adds the bias term — that is the net "
      + "input z = b + xᵀw — and gives out a = f(z), its activation.",
    commands: [
      "explain \"z = b + x1*w1 + x2*w2; a = sigmoid(z)\" --at x1=1,x2=2,w1=3,w2=-1,b=0 "
        + "--section forward"
    ],
    question: LessonQuestion(
      "x = (1, 2), w = (3, −1), b = 0. What is the net input z?", tolerance: 0,
      mistakes: [
        .init("the minus of w2 was left out", 5),
        .init("that is the first product alone", 3),
      ]
    ) {
      try LessonNumbers.value(
        "z = b + x1*w1 + x2*w2", at: "x1=1, x2=2, w1=3, w2=-1, b=0", "z")
    })

  fileprivate static let logisticRegression = LessonItem(
    "002.05", "One sigmoid neuron is logistic regression", origin: .ours,
    says: "Statistics knows this neuron as logistic regression: weights are coefficients, inputs "
      + "variables, the bias the constant. e to the power of a weight is an odds ratio: the factor "
      + "by which the odds grow when that input grows by 1. Apus gives each class an output of its "
      + "own; the difference of their weights is the coefficient.",
    commands: [
      "train gaussians --hidden none --epochs 20 --quiet --run-dir out/logistic",
      "explain out/logistic/model.safetensors gaussians --row 1 --section parameters",
    ],
    question: LessonQuestion(
      "A coefficient is 0.9. What is its odds ratio?",
      mistakes: [
        .init("that is the coefficient itself", 0.9),
        .init("that is σ(0.9), a probability", try LessonNumbers.value("sigmoid(w)", at: "w=0.9")),
        .init("the power has the wrong sign", try LessonNumbers.value("exp(-w)", at: "w=0.9")),
      ]
    ) { try LessonNumbers.value("exp(w)", at: "w=0.9") })

  fileprivate static let sigmoidCurve = LessonItem(
    "002.06", "The sigmoid", origin: .given,
    says: "σ(z) = 1 / (1 + e^−z) goes from 0 to 1, is 1/2 at 0 and nearly flat beyond ±5.",
    commands: ["plot activations sigmoid --at 2.6 --columns 76"],
    question: LessonQuestion(
      "What is σ(0)?",
      mistakes: [
        .init("σ reaches 0 only far to the left", 0), .init("σ reaches 1 only far to the right", 1),
        .init("that is the slope there", try LessonNumbers.gradient("sigmoid(z)", at: "z=0", "z")),
      ]
    ) { try LessonNumbers.value("sigmoid(z)", at: "z=0") })

  fileprivate static let sigmoidSlope = LessonItem(
    "002.07", "σ'(z) = σ(z)(1 − σ(z))", origin: .ours,
    says: "The quotient rule gives e^−z / (1 + e^−z)², and that is σ times 1 − σ: the slope needs "
      + "only the value that the forward pass has computed anyway.",
    commands: [
      "explain \"sigmoid(z)\" --at z=0.5 --section backward",
      "explain \"sigmoid(z) * (1 - sigmoid(z))\" --at z=0.5 --section forward",
    ],
    question: LessonQuestion(
      "What is σ'(0.5)?",
      mistakes: [
        .init("that is σ(0.5), the value", try LessonNumbers.value("sigmoid(z)", at: "z=0.5")),
        .init("that is z(1 − z): σ(z) stands in both places", 0.25),
      ]
    ) { try LessonNumbers.gradient("sigmoid(z)", at: "z=0.5", "z") })

  fileprivate static let neuron = LessonItem(
    "002.08", "A neuron with numbers", origin: .given,
    says: "Inputs 2, 3 and −1 meet weights .9, .2 and .3; the bias is .5. The slide with the "
      + "output is lost: with the sigmoid of the slides before, it is σ(z).",
    commands: [
      "explain --preset deck002.neuron --section forward",
      "explain --preset deck002.neuron --section backward",
    ],
    question: LessonQuestion(
      "What is the net input z?", tolerance: 0.0005,
      mistakes: [
        .init(
          "the bias was left out",
          try LessonNumbers.value("z = w@x", at: "w=[.9,.2,.3], x=[2,3,-1]", "z")),
        .init(
          "the minus of the third input was left out",
          try LessonNumbers.value("z = w@x + .5", at: "w=[.9,.2,.3], x=[2,3,1]", "z")),
        .init("that is a = σ(z), the output", try LessonNumbers.value("deck002.neuron", "y1")),
      ]
    ) { try LessonNumbers.value("deck002.neuron", "y1_in") })

  fileprivate static let oneLine = LessonItem(
    "002.09", "One neuron cannot do exclusive or", origin: .ours,
    says: "A neuron's boundary is a straight line. The truth table of or has a line between its "
      + "classes; that of exclusive or has none, however long one trains.",
    commands: [
      "train or --hidden none --learning-rate 0.5 --epochs 60 --test-split 0 --quiet "
        + "--run-dir out/or",
      "train xor --hidden none --learning-rate 0.5 --epochs 60 --test-split 0 --quiet "
        + "--run-dir out/line",
      "plot boundary out/line/model.safetensors xor --columns 60",
    ],
    question: LessonQuestion(
      "How many of the four rows of exclusive or can one neuron get right at most?",
      tolerance: 0,
      mistakes: [
        .init("no line has all four on their sides", 4),
        .init("a line can cut off one corner, and three rows are right then", 2),
      ]
    ) { LessonNumbers.mostRowsOfXORByOneNeuron() })

  fileprivate static let countingWeights = LessonItem(
    "002.10", "A network 3-4-4-3 and its parts", origin: .given,
    says: "Three inputs, two hidden layers of four neurons, three outputs. Between two layers "
      + "stands one matrix of weights; the lecture leaves the biases out here.",
    commands: ["explain --preset deck002.network --section shapes"],
    question: LessonQuestion(
      "How many weights has 3-4-4-3 without biases?", tolerance: 0,
      mistakes: [
        .init(
          "the biases were counted",
          try LessonNumbers.parameters(inputs: 3, units: [4, 4, 3])),
        .init("that is the number of neurons", 11),
        .init("one of the three matrices was left out", 28),
      ]
    ) { try LessonNumbers.parameters("deck002.network") })

  fileprivate static let rowNotation = LessonItem(
    "002.11", "Rows instead of columns: z(2) = x·W(1)", origin: .ours,
    says: "Here a sample is a row, so x stands in front of the matrix, and a matrix has a row for "
      + "each input. The same network as in deck 000, written the other way round.",
    commands: ["explain --preset deck002.network --section forward"],
    question: LessonQuestion(
      "Which shape has W(1) in 3-4-4-3, in this notation?", choices: ["3x4", "4x3", "4x4"],
      mistakes: [
        .init("that is deck 000's order, outputs first", choice: "4x3"),
        .init("that is W(2)", choice: "4x4"),
      ]
    ) { try LessonNumbers.shape("deck002.network", "W(1)") })

  fileprivate static let softmaxRow = LessonItem(
    "002.12", "ŷ = softmax(z(4)) for one sample", origin: .ours,
    says: "Softmax takes e to the power of every net input and divides by their sum: numbers "
      + "between 0 and 1 that add up to 1.",
    commands: [
      "explain \"softmax(z)\" --at \"z=[1,2,3]\" --section forward",
      "explain --preset deck002.network --section loss",
    ],
    question: LessonQuestion(
      "What is the largest entry of softmax((1, 2, 3))?",
      mistakes: [
        .init("the numbers were divided by their sum without exp", 0.5),
        .init(
          "that is σ(3), which looks at one number alone",
          try LessonNumbers.value("sigmoid(z)", at: "z=3")),
        .init(
          "that is the middle entry",
          try LessonNumbers.value("exp(b)/(exp(a)+exp(b)+exp(c))", at: "a=1,b=2,c=3")),
      ]
    ) { try LessonNumbers.value("exp(c)/(exp(a)+exp(b)+exp(c))", at: "a=1,b=2,c=3") })

  fileprivate static let fiveSteps = LessonItem(
    "002.14", "Five steps of training", origin: .ours,
    says: "Predict; evaluate the loss; find the gradient; update the weights; begin again.",
    commands: [
      "explain --preset deck002.network --section parameters",
      "explain --preset deck002.network --section step",
    ],
    question: LessonQuestion(
      "Which of the five uses the learning rate?",
      choices: ["predict", "loss", "gradient", "update", "iterate"],
      mistakes: [
        .init("the gradient is the slope; how far to go is decided afterwards", choice: "gradient"),
        .init("the loss only says how wrong the prediction is", choice: "loss"),
      ]
    ) { "update" })

  fileprivate static let deltas = LessonItem(
    "002.17", "The gradient of every matrix", origin: .ours,
    says: "δ(4) = ŷ − y. Times a(3) it is the gradient of W(3). Through W(3) and times σ'(z(3)) it "
      + "is δ(3), which gives that of W(2), and so on. The slide's line is a shorthand: with "
      + "shapes it reads a(3)ᵀδ(4).",
    commands: ["explain --preset deck002.network --section backward"],
    question: LessonQuestion(
      "y = (0, 1, 0). What is δ(4) at the second output?",
      mistakes: [
        .init("that is ŷ: y was not subtracted", try LessonNumbers.value("deck002.network", "ŷ_2")),
        .init(
          "that is y − ŷ: the sign", 1 - (try LessonNumbers.value("deck002.network", "ŷ_2"))),
      ]
    ) { try LessonNumbers.gradient("deck002.network", "z(4)_2") })

  fileprivate static let vanishing = LessonItem(
    "002.19", "Vanishing gradients, and what cures them", origin: .ours,
    says: "Every σ on the way back multiplies by a slope of at most 1/4, so the first layers of a "
      + "deep network hardly learn. tanh (slope up to 1), ReLU (slope 1) with He's "
      + "initialization, and a way around each layer (residual) keep the gradient alive.",
    commands: [
      "plot gradient-flow digits --depth 10 --columns 76",
      "plot gradient-flow digits --depth 10 --table",
    ],
    question: LessonQuestion(
      "What is the largest factor that the two σ' between W(1) of 3-4-4-3 and its softmax let "
        + "through?",
      mistakes: [
        .init("that is one factor", 0.25),
        .init("that is three factors; the output is a softmax", 0.015625),
        .init("the factors were added", 0.5),
      ]
    ) {
      let largest = try LessonNumbers.gradient("sigmoid(z)", at: "z=0", "z")
      return largest * largest
    })

  fileprivate static let tanhCurve = LessonItem(
    "002.20", "tanh", origin: .given,
    says: "tanh(z) = (e^2z − 1)/(e^2z + 1): 0 at 0, 1 and −1 far out. It is a sigmoid stretched to "
      + "both signs, with a slope of 1 in the middle.",
    commands: ["plot activations tanh,sigmoid --columns 76"],
    question: LessonQuestion(
      "How many times as steep as σ is tanh at 0?", tolerance: 1e-9,
      mistakes: [
        .init("the slope of σ at 0 is 1/4, not 1/2", 2),
        .init("that is the slope of tanh itself", 1), .init("the other way round", 0.25),
      ]
    ) {
      try LessonNumbers.gradient("tanh(z)", at: "z=0", "z")
        / LessonNumbers.gradient("sigmoid(z)", at: "z=0", "z")
    })

  fileprivate static let leakyRectifier = LessonItem(
    "002.22", "ReLU and leaky ReLU", origin: .given,
    says: "ReLU lets positive numbers through and stops the others, gradient included. The leaky "
      + "one lets a small share α of them pass, so that no neuron dies: max(αz, z).",
    commands: [
      "plot activations \"relu,leaky_relu(0.1)\" --from -3 --to 3 --columns 76",
      "explain \"max(0.1*z, z)\" --at z=-2 --section backward",
    ],
    question: LessonQuestion(
      "What is leaky ReLU of −2 with α = 0.1?",
      mistakes: [
        .init("that is plain ReLU", 0), .init("α·z keeps the minus", 0.2),
        .init("the larger of αz and z is taken", -2),
      ]
    ) { try LessonNumbers.value("max(0.1*z, z)", at: "z=-2") })
}
