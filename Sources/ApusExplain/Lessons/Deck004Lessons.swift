extension LessonDeck {
  static let deck004 = LessonDeck(
    id: "004", title: "The chain rule, mini-batches, a whole example with numbers",
    notation: "scalars first, then w_jk to j from k; edges in words: w(x1→h2), v(h2→y1)",
    items: [
      .chain, .factors, .chainNumbers, .sumOverLayer, .miniBatches, .exampleForwards,
      .exampleOutputs, .exampleHidden, .exampleGradient, .secondRow, .withoutActivation,
      .softmaxOfTwo,
    ])
}

extension LessonItem {
  fileprivate static let chain = LessonItem(
    "004.02", "A chain of neurons: z = w·a + b, then σ, then the cost", origin: .reconstructed,
    says: "One neuron a layer. The cost of one example is C0 = (a − y)², without a half. w and b "
      + "are not on the slide; what is given fixes only .48w + b.",
    commands: ["explain --preset deck004.chain --section forward"],
    question: LessonQuestion(
      "a = 0.66 and y = 1. What is C0?", tolerance: 0.0005,
      mistakes: [
        .init(
          "there is no half in this cost",
          try LessonNumbers.value("(a-y)^2/2", at: "a=0.66,y=1")),
        .init("the square is missing", 0.34), .init("that is a − y", -0.34),
      ]
    ) { try LessonNumbers.value("deck004.chain", "C0") })

  fileprivate static let factors = LessonItem(
    "004.03", "Three factors: ∂C0/∂w = a(L−1)·σ'(z)·2(a − y)", origin: .reconstructed,
    says: "A nudge of w moves z by a(L−1) times as much, that moves a by σ'(z) times as much, and "
      + "that moves C0 by 2(a − y) times as much. The factors are multiplied.",
    commands: ["explain --preset deck004.chain --section backward"],
    question: LessonQuestion(
      "What is the factor σ'(z), where σ(z) = 0.66?", tolerance: 0.0005,
      mistakes: [
        .init("that is σ(z)", 0.66), .init("that is 1 − σ(z)", 0.34),
        .init("that is the largest slope, at z = 0", 0.25),
      ]
    ) {
      try LessonNumbers.gradient("deck004.chain", "z")
        / LessonNumbers.gradient("deck004.chain", "a")
    })

  fileprivate static let chainNumbers = LessonItem(
    "004.04", "The chain with 0.48, 0.66 and 1.00", origin: .reconstructed,
    says: "With the three numbers of the slide all derivatives follow: that of b is σ'·2(a − y), "
      + "that of w is a(L−1) times it.",
    commands: [
      "explain --preset deck004.chain --section parameters",
      "explain --preset deck004.chain --section step",
    ],
    question: LessonQuestion(
      "What is ∂C0/∂w?",
      mistakes: [
        .init(
          "that is ∂C0/∂b: times a(L−1) is missing",
          try LessonNumbers.gradient("deck004.chain", "b")),
        .init(
          "that is ∂C0/∂a: σ'(z) and a(L−1) are missing",
          try LessonNumbers.gradient("deck004.chain", "a")),
        .init("the 2 was left out", (try LessonNumbers.gradient("deck004.chain", "w")) / 2),
      ]
    ) { try LessonNumbers.gradient("deck004.chain", "w") })

  fileprivate static let sumOverLayer = LessonItem(
    "004.07", "A sum over the layer", origin: .reconstructed,
    says: "A neuron with several ways to the cost gets the sum over these ways, one summand for "
      + "each edge that leaves it.",
    commands: ["explain --preset deck004.example --section backward"],
    question: LessonQuestion(
      "Three edges leave a neuron; along them come 0.2, −0.5 and 0.1. What is its gradient?",
      mistakes: [
        .init("the summands are added, not multiplied", -0.01),
        .init("that is the largest one alone", -0.5), .init("the minus was left out", 0.8),
      ]
    ) { try LessonNumbers.value("a + b + c", at: "a=0.2, b=-0.5, c=0.1") })

  fileprivate static let miniBatches = LessonItem(
    "004.09", "Mini-batches of MNIST digits", origin: .given,
    says: "A step on 12 digits costs a fraction of one on all 60,000, and its direction is nearly "
      + "as good. The 48 digits of the slide are the first 48 of MNIST.",
    commands: [
      "plot batches mnist --columns 76",
      "train mnist --hidden 30 --batch-size 12 --no-shuffle --steps 100 --quiet "
        + "--run-dir out/batch",
    ],
    slow: "it needs MNIST (apus datasets fetch mnist)",
    question: LessonQuestion(
      "How many steps are an epoch of 60,000 digits in batches of 12?", tolerance: 0,
      mistakes: [
        .init("that is with batches of 32", 1875), .init("that is the number of rows", 60000),
        .init("that is rows times batch", 720_000),
      ]
    ) { try LessonNumbers.value("n / b", at: "n=60000, b=12") })

  fileprivate static let exampleForwards = LessonItem(
    "004.12", "The worked example, forwards", origin: .reconstructed,
    says: "x = (3, 1) shall give (1, 0). Two hidden and two output neurons with σ, no biases, "
      + "L = e1² + e2². Of the weights only 1 and −2 are on the slides; the others are "
      + "reconstructed.",
    commands: [
      "explain --preset deck004.example --row 1 --section header",
      "explain --preset deck004.example --row 1 --section forward",
      "explain --preset deck004.example --row 1 --section loss",
    ],
    question: LessonQuestion(
      "What is L on the first row?",
      mistakes: [
        .init("the first error alone", try LessonNumbers.value("deck004.example", "L(y1)")),
        .init(
          "that is the loss on the second row",
          try LessonNumbers.value("deck004.example", row: 2, "L")),
        .init(
          "there is no half in this loss", (try LessonNumbers.value("deck004.example", "L")) / 2),
      ]
    ) { try LessonNumbers.value("deck004.example", "L") })

  fileprivate static let exampleOutputs = LessonItem(
    "004.13", "Backwards to the weights of the output", origin: .reconstructed,
    says: "The slide says −0.11·0.02 = −0.0018. That product is −0.0022: the factors are rounded, "
      + "the result is cut off from the true one, −0.001892.",
    commands: ["explain --preset deck004.example --row 1 --section backward --digits 4"],
    question: LessonQuestion(
      "What is ∂L/∂v(h2→y1), unrounded?",
      mistakes: [
        .init("that is the product of the rounded factors", -0.0022),
        .init(
          "that is ∂L/∂y1_in: times h2 is missing",
          try LessonNumbers.gradient("deck004.example", "y1_in")),
        .init("that is the slide's number, cut off", -0.0018),
        .init(
          "that is the weight to y2",
          try LessonNumbers.gradient("deck004.example", "v(h2→y2)")),
      ]
    ) { try LessonNumbers.gradient("deck004.example", "v(h2→y1)") })

  fileprivate static let exampleHidden = LessonItem(
    "004.14", "Two arrows come back to h1", origin: .reconstructed,
    says: "h1 feeds both outputs. From y1 comes ∂L/∂y1_in times 1, from y2 comes ∂L/∂y2_in times "
      + "−2; their sum is ∂L/∂h1.",
    commands: ["explain --preset deck004.example --row 1 --section backward"],
    question: LessonQuestion(
      "What is ∂L/∂h1?", tolerance: 0.004,
      mistakes: [
        .init(
          "only the arrow from y1 was taken",
          try LessonNumbers.gradient("deck004.example", "y1_in")),
        .init(
          "the minus of −2 was left out",
          (try LessonNumbers.gradient("deck004.example", "y1_in"))
            + 2 * (try LessonNumbers.gradient("deck004.example", "y2_in"))),
        .init("the slide's rounded factors were used", -0.162),
      ]
    ) { try LessonNumbers.gradient("deck004.example", "h1") })

  fileprivate static let exampleGradient = LessonItem(
    "004.15", "The whole gradient, and why two entries are 0", origin: .reconstructed,
    says: "The two zeros of the slide are only displayed ones: h1 is saturated, its slope is "
      + "1.1e-7. The slide's 0.0001 and 0.00004 are ten times too small.",
    commands: [
      "explain --preset deck004.example --row 1 --section parameters",
      "explain --preset deck004.example --row 1 --section remarks",
    ],
    question: LessonQuestion(
      "What is ∂L/∂w(x1→h2)?",
      mistakes: [
        .init("that is the slide's number, ten times too small", 0.0001),
        .init(
          "that is ∂L/∂w(x2→h2)",
          try LessonNumbers.gradient("deck004.example", "w(x2→h2)")),
        .init(
          "that is ∂L/∂h2: the slope of h2 and x1 are missing",
          try LessonNumbers.gradient("deck004.example", "h2")),
      ]
    ) { try LessonNumbers.gradient("deck004.example", "w(x1→h2)") })

  fileprivate static let secondRow = LessonItem(
    "004.12b", "The second row of the example", origin: .reconstructed,
    says: "x = (−1, 4) shall give (0, 1). Now h2 is saturated near 1 and h1 near 0, so nearly all "
      + "of the gradient lies on the weights that leave h2. The full cost is the mean of both rows.",
    commands: [
      "explain --preset deck004.example --row 2 --section forward",
      "explain --preset deck004.example --row 2 --section parameters",
    ],
    question: LessonQuestion(
      "What is the mean of L over both rows?",
      mistakes: [
        .init(
          "that is the sum",
          (try LessonNumbers.value("deck004.example", row: 1, "L"))
            + (try LessonNumbers.value("deck004.example", row: 2, "L"))),
        .init(
          "that is the second row alone",
          try LessonNumbers.value("deck004.example", row: 2, "L")),
        .init(
          "that is the first row alone",
          try LessonNumbers.value("deck004.example", row: 1, "L")),
      ]
    ) {
      try
        (LessonNumbers.value("deck004.example", row: 1, "L")
        + LessonNumbers.value("deck004.example", row: 2, "L")) / 2
    })

  fileprivate static let withoutActivation = LessonItem(
    "004.16", "Why activations: without them two layers are one", origin: .ours,
    says: "W2·(W1·x) = (W2·W1)·x: without a non-linearity any number of layers is one matrix, and "
      + "exclusive or stays out of reach.",
    commands: [
      "explain \"y = W2@(W1@x)\" --at \"W1=[1,2;3,4],W2=[1,-1;0,2],x=[1,1]\" --section forward",
      "explain \"y = (W2@W1)@x\" --at \"W1=[1,2;3,4],W2=[1,-1;0,2],x=[1,1]\" --section forward",
      "train xor --hidden 8,8 --activation linear --learning-rate 0.05 --epochs 60 --test-split 0 "
        + "--quiet --run-dir out/linear",
      "train xor --hidden 8,8 --activation tanh --learning-rate 0.05 --epochs 60 --test-split 0 "
        + "--quiet --run-dir out/tanh",
    ],
    question: LessonQuestion(
      "W1 = 2, W2 = −3, no biases, no activation. Which single weight does the same?",
      tolerance: 0,
      mistakes: [.init("weights of layers behind one another are multiplied, not added", -1)]
    ) { try LessonNumbers.value("W2*(W1*x)", at: "W1=2, W2=-3, x=1") })

  fileprivate static let softmaxOfTwo = LessonItem(
    "004.18", "Softmax of two is the sigmoid of one", origin: .ours,
    says: "The slide calls 1/(1 + e^−x) softmax. For two classes with net inputs x and 0 it is "
      + "that; for more it is not.",
    commands: [
      "explain \"softmax(z)\" --at \"z=[1.7,0]\" --section forward",
      "explain \"sigmoid(x)\" --at x=1.7 --section forward",
    ],
    question: LessonQuestion(
      "What is the first entry of softmax((1.7, 0))?",
      mistakes: [
        .init(
          "that is the second entry",
          try LessonNumbers.value("sigmoid(-x)", at: "x=1.7")),
        .init(
          "the exponentials must be divided by their sum",
          try LessonNumbers.value("exp(x)", at: "x=1.7")),
      ]
    ) { try LessonNumbers.value("exp(x)/(exp(x)+exp(y))", at: "x=1.7,y=0") })
}
