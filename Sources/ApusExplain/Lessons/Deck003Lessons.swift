extension LessonDeck {
  static let deck003 = LessonDeck(
    id: "003", title: "Perceptron and sigmoid, the challenges, numeric gradients, MNIST",
    notation: "rows fed as columns: w(i)·Xᵀ, layers (0), (1), w_jk to j from k, J = Σ(ŷ − y)²/m",
    items: [
      .perceptron, .stepAndSigmoid, .network231, .forwardPass, .parameterTable, .oneWeightMoved,
      .countingPasses, .cost, .estimator, .xorLearned, .summaryTable, .keras,
    ] + LessonItem.furtherQuestions)
}

extension LessonItem {
  fileprivate static let perceptron = LessonItem(
    "003.02", "The perceptron: a step", origin: .ours,
    says: "The perceptron answers 1 where w·x + b is above 0 and else 0. The step is flat on both "
      + "sides, so its gradient is 0 nearly everywhere and backpropagation cannot train it; it has "
      + "a rule of its own.",
    commands: ["plot perceptron and --columns 76", "plot perceptron xor --columns 76"],
    question: LessonQuestion(
      "w = (1, 1), b = −1.5. What does the perceptron answer to (1, 0)?", tolerance: 0,
      mistakes: [.init("w·x + b is −0.5, below 0", 1), .init("that is w·x + b", -0.5)]
    ) { LessonNumbers.perceptron(weights: [1, 1], bias: -1.5, [1, 0]) })

  fileprivate static let stepAndSigmoid = LessonItem(
    "003.03", "Step and sigmoid side by side", origin: .ours,
    says: "The sigmoid is a soft step. The larger the weights, the steeper it is: σ(kz) comes "
      + "close to the step as k grows.",
    commands: [
      "plot activations step,sigmoid --columns 76",
      "explain \"sigmoid(k*z)\" --at k=10,z=0.5 --section forward",
    ],
    question: LessonQuestion(
      "What is σ(kz) for k = 10, z = 0.5?",
      mistakes: [
        .init("that is σ(z): k was left out", try LessonNumbers.value("sigmoid(z)", at: "z=0.5")),
        .init("that is the step; σ only comes close", 1),
      ]
    ) { try LessonNumbers.value("sigmoid(k*z)", at: "k=10,z=0.5") })

  fileprivate static let network231 = LessonItem(
    "003.04", "Neurons together: 2-3-1", origin: .given,
    says: "Input Layer ∈ R², Hidden Layer ∈ R³, Output Layer ∈ R¹. w is a list of a 3×2 and a 1×3 "
      + "matrix, b of a 3×1 and a 1×1 column.",
    commands: ["summary --input 2 --hidden 3 --output 1 --activation sigmoid"],
    question: LessonQuestion(
      "How many weights and biases has 2-3-1?", tolerance: 0,
      mistakes: [
        .init(
          "the biases were left out",
          try LessonNumbers.parameters(inputs: 2, units: [3, 1], biases: false)),
        .init("that is the number of neurons with the inputs", 6),
      ]
    ) { try LessonNumbers.parameters("deck003.xor") })

  fileprivate static let forwardPass = LessonItem(
    "003.07", "The forward pass of 2-3-1", origin: .ours,
    says: "a(1) = σ(w(0)·Xᵀ + b(0)), a(2) = σ(w(1)·a(1) + b(1)). The deck has no numbers; the "
      + "weights are ours.",
    commands: ["explain --preset deck003.xor --row 2 --section forward"],
    question: LessonQuestion(
      "What is ŷ for the row (0, 1)?",
      mistakes: [
        .init("that is the row (0, 0)", try LessonNumbers.value("deck003.xor", row: 1, "ŷ_1")),
        .init(
          "that is the net input: σ is missing",
          try LessonNumbers.value("deck003.xor", row: 2, "z(2)_1")),
      ]
    ) { try LessonNumbers.value("deck003.xor", row: 2, "ŷ_1") })

  fileprivate static let parameterTable = LessonItem(
    "003.09", "Gradient descent for every weight", origin: .ours,
    says: "Old value, gradient, learning rate times gradient, new value: one line for each of the "
      + "13 parameters.",
    commands: ["explain --preset deck003.xor --row 2 --section parameters"],
    question: LessonQuestion(
      "On the row (0, 0): why have all weights of the first layer the gradient 0?",
      choices: ["their inputs are 0", "sigma is saturated", "the loss is 0"],
      mistakes: [
        .init("the slopes of σ are near 1/4 here", choice: "sigma is saturated"),
        .init("the loss is 0.34 on that row", choice: "the loss is 0"),
      ]
    ) {
      let bias = try LessonNumbers.gradient("deck003.xor", "b(0)_1")
      let loss = try LessonNumbers.value("deck003.xor", "J")
      return loss == 0 ? "the loss is 0" : bias == 0 ? "sigma is saturated" : "their inputs are 0"
    })

  fileprivate static let oneWeightMoved = LessonItem(
    "003.10", "One weight moved by eps", origin: .ours,
    says: "(J(w⁺) − J(w))/eps, where w⁺ is w with one entry larger by eps: the secant through two "
      + "points of the curve that the cost makes of that weight.",
    commands: [
      "train deck003 --hidden 3 --activation sigmoid --output-activation sigmoid "
        + "--loss squared_error_per_row --epochs 5 --test-split 0 --quiet --run-dir out/slice",
      "plot loss-slice out/slice/model.safetensors deck003 --weight \"dense_1[0,0]\" --epsilon 0.5 "
        + "--columns 76",
    ],
    question: LessonQuestion(
      "J(w) = w², w = 3, eps = 0.5. What is the forward difference?",
      mistakes: [
        .init("that is the derivative; eps is not that small", 6),
        .init("the difference was not divided by eps", 3.25),
        .init("that is the backward difference", 5.5),
      ]
    ) { try LessonNumbers.value("((w+e)^2 - w^2)/e", at: "w=3,e=0.5") })

  fileprivate static let countingPasses = LessonItem(
    "003.11", "13 forward passes, or 1 forward and 1 backward", origin: .given,
    says: "The slide counts one pass for each parameter; the unchanged network needs one more. "
      + "With a million parameters the difference decides.",
    commands: ["check-gradients deck003 --hidden 3"],
    question: LessonQuestion(
      "How many forward passes do one-sided differences take for 1,000,000 parameters?",
      tolerance: 0,
      mistakes: [
        .init("the unchanged network has to be evaluated too", 1_000_000),
        .init("that is for differences to both sides", 2_000_000),
      ]
    ) { try LessonNumbers.value("n + 1", at: "n=1000000") })

  fileprivate static let cost = LessonItem(
    "003.12", "The cost: sum((ŷ − y)²)/m", origin: .given,
    says: "Summed over outputs, averaged over the m rows, without a half. Apus calls it "
      + "squared_error_per_row. Other programs mean other things by \"MSE\".",
    commands: ["explain --preset deck003.xor --row 2 --section loss"],
    question: LessonQuestion(
      "Two rows with two outputs each; every ŷ is 0.5 away from its y. What is the cost?",
      mistakes: [
        .init("that is the mean over outputs too", 0.25), .init("that is the sum over rows too", 1),
      ]
    ) { try LessonNumbers.value("(4*d^2)/m", at: "d=0.5,m=2") })

  fileprivate static let estimator = LessonItem(
    "003.14", "How small may eps be?", origin: .ours,
    says: "A large eps bends away from the tangent, a tiny one drowns in rounding. In between is "
      + "the best one, and it depends on the precision.",
    commands: ["check-gradients deck003 --hidden 3 --activation sigmoid"],
    question: LessonQuestion(
      "What makes the estimate bad at eps = 1e-14?",
      choices: ["rounding", "curvature", "the learning rate"],
      mistakes: [
        .init("that is the trouble of a large eps", choice: "curvature"),
        .init("an estimate of the gradient does not use it", choice: "the learning rate"),
      ]
    ) {
      // Of a parabola a central difference is exact: what is left is rounding.
      let difference = try LessonNumbers.value(
        "((w+e)^2 - (w-e)^2)/(2*e)", at: "w=3,e=0.00000000000001")
      return difference == 6 ? "curvature" : "rounding"
    })

  fileprivate static let xorLearned = LessonItem(
    "003.17", "2-3-1 learns exclusive or", origin: .ours,
    says: "Three hidden lines are enough. With learning rate 1 and all four rows in every step "
      + "nearly every random start gets there; a few stay on a plateau near 0.125, with two rows "
      + "right and two at 1/2.",
    commands: [
      "train deck003 --hidden 3 --activation sigmoid --output-activation sigmoid "
        + "--loss squared_error_per_row --optimizer sgd --learning-rate 1 --batch-size full "
        + "--initializer normal --standardize off --epochs 3000 --test-split 0 --quiet "
        + "--run-dir out/gd",
      "plot curves out/gd --columns 70",
      "predict out/gd/model.safetensors deck003",
    ],
    question: LessonQuestion(
      "Two rows are right and two are 0.5 away. What is Σ(ŷ − y)²/m on the four rows?",
      mistakes: [
        .init("the sum was not divided by m = 4", 0.5), .init("the squares are missing", 0.25),
      ]
    ) { try LessonNumbers.value("(2*d^2)/m", at: "d=0.5,m=4") })

  fileprivate static let summaryTable = LessonItem(
    "003.21", "The table of parameters: 784-30-30-10", origin: .given,
    says: "Each dense layer has inputs times units weights and one bias for each unit.",
    commands: ["summary --input 784 --hidden 30,30 --output 10"],
    question: LessonQuestion(
      "A second Dense(10) slipped in at the end. How many parameters more?", tolerance: 0,
      mistakes: [
        .init("the biases were left out", 100), .init("it sees 10 inputs, not 30", 310),
      ]
    ) {
      try LessonNumbers.parameters(inputs: 784, units: [30, 30, 10, 10])
        - LessonNumbers.parameters("deck003.mnist")
    })

  fileprivate static let keras = LessonItem(
    "003.23", "Training on MNIST: batch 32, 5 epochs, SGD 0.001", origin: .given,
    says: "The slide's settings. Its pixels are probably not scaled; Apus divides them by 255. "
      + "About 0.87 of the test digits are right then; a rate of 0.1 gives about 0.97.",
    commands: [
      "train mnist --hidden 30,30 --optimizer sgd --learning-rate 0.001 --epochs 5 --quiet "
        + "--run-dir out/keras"
    ],
    slow: "it needs MNIST (apus datasets fetch mnist) and trains for some seconds",
    question: LessonQuestion(
      "How many updates are 5 epochs of 60,000 rows in batches of 32?", tolerance: 0,
      mistakes: [.init("that is one epoch", 1875), .init("that is rows times epochs", 300_000)]
    ) { try LessonNumbers.value("e*n/b", at: "e=5,n=60000,b=32") })
}
