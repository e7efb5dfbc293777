extension LessonItem {
  /// 003·19: the deck's further questions, each with an experiment. Networks for images and for
  /// sequences (CNN, RNN) have none yet.
  static let furtherQuestions = [
    manyClasses, losses, moreLayers, initialization, variants, regularization, regression,
    explosion, hundredsOfLayers, backpropagation, augmentation,
  ]

  private static let manyClasses = LessonItem(
    "003.19a", "What about many classes?", origin: .ours,
    says: "One output for each class and softmax over them; the largest one is the answer.",
    commands: [
      "train digits --hidden 16 --epochs 5 --quiet --run-dir out/digits",
      "plot confusion out/digits/model.safetensors digits --table",
    ],
    question: LessonQuestion(
      "Ten classes, all equally likely to the network. What is the cross-entropy of one row?",
      mistakes: [
        .init("that is the probability", 0.1), .init("log is the natural logarithm", 1),
      ]
    ) { try LessonNumbers.value("-log(p)", at: "p=0.1") })

  private static let losses = LessonItem(
    "003.19b", "Which other losses are there?", origin: .ours,
    says: "Cross-entropy punishes a confident mistake without bound, a squared error at most with "
      + "1; behind a saturated σ the squared error also has hardly a gradient left.",
    commands: [
      "explain \"(sigmoid(z) - t)^2\" --at z=-5,t=1 --parameters z --section parameters",
      "explain \"L = -log(sigmoid(z))\" --at z=-5 --parameters z --section parameters",
    ],
    question: LessonQuestion(
      "z = −5, t = 1. What is the gradient of the cross-entropy −log σ(z) with respect to z?",
      mistakes: [
        .init(
          "that is the gradient of the squared error",
          try LessonNumbers.gradient(
            "(sigmoid(z) - t)^2", at: "z=-5,t=1", "z", parameters: ["z"])),
        .init(
          "that is σ(z): t was not subtracted",
          try LessonNumbers.value("sigmoid(z)", at: "z=-5")),
      ]
    ) { try LessonNumbers.gradient("-log(sigmoid(z))", at: "z=-5", "z") })

  private static let moreLayers = LessonItem(
    "003.19c", "What do more layers bring?", origin: .ours,
    says: "Spirals are hard for one small layer; the same units in two layers bend the boundary "
      + "further. Look at the held-out rows too.",
    commands: [
      "train spirals --hidden 16 --activation tanh --learning-rate 0.02 --epochs 30 --quiet "
        + "--run-dir out/wide",
      "train spirals --hidden 8,8 --activation tanh --learning-rate 0.02 --epochs 30 --quiet "
        + "--run-dir out/deep",
    ],
    question: LessonQuestion(
      "2-8-8-2 and 2-16-2: by how many parameters is the deeper one larger?", tolerance: 0,
      mistakes: [
        .init("that is the matrix between the hidden layers alone", 64),
        .init("both have as many hidden units, but the deeper has a matrix between them", 0),
      ]
    ) {
      try LessonNumbers.parameters(inputs: 2, units: [8, 8, 2])
        - LessonNumbers.parameters(inputs: 2, units: [16, 2])
    })

  private static let initialization = LessonItem(
    "003.19d", "How does one begin?", origin: .ours,
    says: "With all weights 0 every hidden unit gets the same gradient, here none at all: nothing "
      + "ever tells them apart. Random weights of the right size do.",
    commands: [
      "train xor --hidden 3 --activation tanh --initializer zeros --epochs 60 --learning-rate 0.05 "
        + "--test-split 0 --quiet --run-dir out/zeros",
      "train xor --hidden 3 --activation tanh --initializer glorot_uniform --epochs 60 "
        + "--learning-rate 0.05 --test-split 0 --quiet --run-dir out/glorot",
    ],
    question: LessonQuestion(
      "y = v·tanh(w·x) with v = w = 0 and x = 1. What is ∂y/∂w?",
      mistakes: [.init("tanh' is 1 there, but v = 0 stands in front of it", 1)]
    ) { try LessonNumbers.gradient("v*tanh(w*x)", at: "v=0, w=0, x=1", "w") })

  private static let variants = LessonItem(
    "003.19e", "Which kinds of gradient descent are there?", origin: .ours,
    says:
      "Plain SGD follows the gradient of a batch. Momentum keeps a share of the last step, Adam "
      + "gives every weight a step of its own size. The same start, the same data:",
    commands: [
      "train digits --hidden 16 --optimizer sgd --learning-rate 0.05 --epochs 3 --quiet "
        + "--run-dir out/sgd",
      "train digits --hidden 16 --optimizer sgd --learning-rate 0.05 --momentum 0.9 --epochs 3 "
        + "--quiet --run-dir out/momentum",
      "train digits --hidden 16 --optimizer adam --epochs 3 --quiet --run-dir out/adam",
    ],
    question: LessonQuestion(
      "A constant gradient 1, rate 0.1, momentum 0.9. How long do the steps become in the end?",
      mistakes: [
        .init("that is without momentum", 0.1), .init("the old step is added each time", 0.19),
      ]
    ) { try LessonNumbers.value("a/(1 - m)", at: "a=0.1, m=0.9") })

  private static let regularization = LessonItem(
    "003.19f", "What is regularization?", origin: .ours,
    says: "A penalty on large weights, or units dropped at random in training, keep a network from "
      + "learning its rows by heart. Compare the test rows with the training rows.",
    commands: [
      "train wine --hidden 32 --epochs 20 --quiet --run-dir out/plain",
      "train wine --hidden 32 --epochs 20 --l2 0.05 --quiet --run-dir out/l2",
      "train wine --hidden 32 --epochs 20 --dropout 0.5 --quiet --run-dir out/dropout",
    ],
    question: LessonQuestion(
      "w = 3 and the penalty is 0.05·w². What does it add to the gradient of w?",
      mistakes: [
        .init("that is the penalty itself", try LessonNumbers.value("c*w^2", at: "c=0.05, w=3")),
        .init("the 2 of the derivative was left out", 0.15),
      ]
    ) { try LessonNumbers.gradient("c*w^2", at: "c=0.05, w=3", "w", parameters: ["w"]) })

  private static let regression = LessonItem(
    "003.19g", "Can it predict numbers?", origin: .ours,
    says: "A linear output and a squared error make a regression. r2 is the share of the variance "
      + "that the network explains.",
    commands: ["train sine --hidden 16 --activation tanh --epochs 40 --quiet --run-dir out/sine"],
    question: LessonQuestion(
      "A network always answers the mean of the targets. What is its r2?",
      mistakes: [
        .init("that would be a perfect prediction", 1),
        .init("nothing of the variance is explained", 0.5),
      ]
    ) { try LessonNumbers.value("1 - a/b", at: "a=2, b=2") })

  private static let explosion = LessonItem(
    "003.19h", "When do gradients vanish or explode?", origin: .ours,
    says: "Each layer multiplies the gradient. Factors below 1 make it vanish, above 1 explode.",
    commands: ["plot gradient-flow digits --depth 20 --width 16 --columns 76"],
    question: LessonQuestion(
      "Every layer multiplies by 1.5. By how much do 20 layers?",
      mistakes: [.init("the factors are multiplied, not added", 30)]
    ) { try LessonNumbers.value("f^n", at: "f=1.5, n=20") })

  private static let hundredsOfLayers = LessonItem(
    "003.19i", "100 or 1000 layers?", origin: .ours,
    says: "With ReLU, He's initialization and a way around each layer depth is no wall any more. "
      + "Here are 40 layers; --depth goes up to 200.",
    commands: ["plot gradient-flow digits --depth 40 --width 8 --rows 32 --columns 76"],
    question: LessonQuestion(
      "y = x + f(x), and f has the slope 0 everywhere. What is ∂y/∂x?",
      mistakes: [.init("the way around the layer keeps its slope of 1", 0)]
    ) { try LessonNumbers.gradient("x + 0*x", at: "x=2", "x") })

  private static let backpropagation = LessonItem(
    "003.19j", "How does backpropagation work?", origin: .given,
    says: "The chain rule from the end to the beginning, each intermediate gradient computed once "
      + "and used again. Decks 000, 001 and 004 go through it with numbers.",
    commands: ["explain --preset deck003.xor --row 2 --section backward"],
    question: LessonQuestion(
      "What is ∂J/∂ŷ on the row (0, 1), where y = 1?",
      mistakes: [
        .init(
          "the 2 of the square was left out",
          (try LessonNumbers.gradient("deck003.xor", row: 2, "ŷ_1")) / 2),
        .init(
          "that is ∂J/∂z(2): it has σ' in it already",
          try LessonNumbers.gradient("deck003.xor", row: 2, "z(2)_1")),
      ]
    ) { try LessonNumbers.gradient("deck003.xor", row: 2, "ŷ_1") })

  private static let augmentation = LessonItem(
    "003.19k", "Can one make more data?", origin: .ours,
    says: "Each epoch sees each digit with fresh noise: never twice the same image. The layer does "
      + "it in training alone; predictions see the clean image.",
    files: [
      .init(
        name: "out/noisy.json",
        text: #"{"layers":[{"kind":"gaussian_noise","standard_deviation":0.3},"#
          + #"{"kind":"dense","units":32,"activation":"relu"},{"kind":"dense","units":10}]}"#)
    ],
    commands: [
      "train digits --hidden 32 --epochs 5 --quiet --run-dir out/clean",
      "train digits --model out/noisy.json --epochs 5 --quiet --run-dir out/noisy",
    ],
    question: LessonQuestion(
      "When is the noise added?", choices: ["in training", "in prediction", "always"],
      mistakes: [
        .init("a prediction should not depend on chance", choice: "in prediction"),
        .init("a prediction should not depend on chance", choice: "always"),
      ]
    ) { "in training" })
}
