import ApusFormats
import Testing

/// `apus source`: the text of the programs. That they compile and end with the loss of their run is
/// looked at by hand, as it takes a build: see Documentation/Decisions/SourceOfARun.md.
struct SourceTests {
  private func inFolder(_ script: String) throws -> Tool.Result {
    try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      \(script)
      """)
  }

  /// The program without its head, and the run's `result.json` behind it.
  private func program(_ train: String, _ source: String) throws -> (text: String, result: JSON) {
    let result = try inFolder(
      """
      { \(train); } >/dev/null 2>&1; "$APUS" source \(source) && echo ======== && cat run/result.json
      """)
    try #require(result.exitCode == 0, "\(result.messages)")
    let parts = result.output.split(separator: "========\n")
    try #require(parts.count == 2)
    #expect(parts[0].hasPrefix("// The training of run, written by apus source.\n"))
    let start = try #require(parts[0].firstRange(of: "import Apus\n")).lowerBound
    return (String(parts[0][start...]), try JSON(parsing: String(parts[1])))
  }

  @Test func theLoopOfADescent() throws {
    let (text, result) = try program(
      """
      "$APUS" train gaussians --hidden 4 --activation sigmoid --optimizer sgd \
        --learning-rate 0.5 --epochs 3 --seed 7 --run-dir run
      """, "run --loop")
    let train = try #require(result["train"]?["loss"]?.doubleValue)
    let test = try #require(result["test"]?["loss"]?.doubleValue)
    let expected = """
      import Apus

      // gaussians: 400 rows to train on.
      let data = try Datasets.load("gaussians", options: DatasetOptions(seed: 7))
      let (train, test) = try data.dataset.split(test: 0.2, seed: 7)

      let model = Sequential {
        Dense(4, activation: .sigmoid)
        Dense(2)
      }
      var network = try Network(model, for: train, seed: 7)

      // The mean over rows of the sum over outputs of −t·log softmax(z).
      let loss: any Loss = .softmaxCrossEntropy
      let optimizer = SGD(learningRate: 0.5, momentum: 0.0)

      let step = try TrainingStep(network, loss: loss, rule: UpdateRule(optimizer: optimizer))
      for epoch in 1...3 {
        step.epoch = epoch
        var sum = 0.0
        let batches = try train.batches(
          of: 32, shuffledBy: 7, epoch: epoch, preprocessing: network.preprocessing)
        for batch in batches {
          // One step: forward, loss L of the batch, backward; then for every weight and bias:
          // W ← W − 0.5·∂L/∂W
          let batchLoss = try step(batch).loss
          sum += batchLoss * Double(batch.count)
        }
        print("epoch", epoch, "loss", sum / Double(train.count))
      }
      network = step.network

      // The run ended with a loss of \(train) on the training rows.
      print("train loss", try network.evaluate(train, loss: loss).loss)
      // And \(test) on the test rows.
      let scores = try network.evaluate(test, loss: loss)
      print("test", scores, "that is", scores.loss)

      """
    #expect(text == expected)
  }

  @Test func aTableWithEveryKindOfOption() throws {
    let (text, result) = try program(
      #"""
      { echo size,price; for i in $(seq 60); do echo $i,$((3 * i % 17)); done; } >'a "b.csv'
      "$APUS" train 'a "b.csv' --target price --hidden 8 --activation 'leaky_relu(0.1)' \
        --initializer 'normal(0,0.3)' --optimizer adamw --schedule 'warmup(10) then cosine' \
        --clip-norm 1 --l2 0.001 --dropout 0.1 --validation-split 0.1 --epochs 4 \
        --early-stopping 9 --task regression --run-dir run
      """#, "run")
    let train = try #require(result["train"]?["loss"]?.doubleValue)
    let test = try #require(result["test"]?["loss"]?.doubleValue)
    let expected = #"""
      import Apus

      // a "b.csv: 42 rows to train on.
      let data = try Datasets.load(
        "a \"b.csv", table: TableOptions(targets: ["price"], task: .regression))
      let parts = try data.dataset.split(validation: 0.1, test: 0.2, seed: 0)
      let train = parts.train
      let validation = parts.validation
      let test = parts.test

      let initializer = try InitializerList.named("normal(0, 0.3)")
      let model = Sequential {
        Dense(8, activation: .leakyReLU(slope: 0.1), weightInitializer: initializer)
        Dropout(0.1)
        Dense(1, weightInitializer: initializer)
        Denormalization(fittedTo: train.targetRows)  // back to the target's units
      }
      var network = try Network(model, for: train, seed: 0)

      // The mean over rows of the mean over outputs of (p − t)².
      let loss: any Loss = .meanSquaredError
      let optimizer = AdamW(
        learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-08, weightDecay: 0.01)
      let rule = UpdateRule(optimizer: optimizer, clipping: [ClipByGlobalNorm(1.0)])
      let schedule = try ScheduleSpec(parsing: "warmup(10) then cosine").schedule(
        stepsPerEpoch: 2, totalSteps: 2 * 4)

      let history = try network.fit(
        train, validation: validation, loss: loss, rule: rule, penalties: [.l2(0.001)],
        options: TrainingOptions(epochs: 4, batchSize: 32, schedule: schedule),
        callbacks: [EarlyStopping(patience: 9)])
      for epoch in history.epochs { print("epoch", epoch.epoch, "loss", epoch.train.loss) }

      // The run ended with a loss of \#(train) on the training rows.
      print("train loss", try network.evaluate(train, loss: loss).loss)
      // And \#(test) on the test rows.
      if let test {
        let scores = try network.evaluate(test, loss: loss)
        print("test", scores, "that is", scores.loss)
      }

      """#
    #expect(text == expected)
  }

  @Test(arguments: [
    ("--precision float64", "", "--precision float64"),
    ("--engine reference", "", "--engine reference"),
    ("--early-stopping 3", "--loop", "--early-stopping"),
    ("--steps 2", "--loop", "--steps"),
    ("--schedule plateau", "--loop", "--schedule plateau"),
  ])
  func whatAProgramCannotSayIsNamed(train: String, source: String, named: String) throws {
    let result = try inFolder(
      """
      "$APUS" train xor --epochs 3 \(train) --run-dir run >/dev/null 2>&1
      "$APUS" source run \(source)
      """)
    #expect(result.exitCode == 64 && result.output.isEmpty, "\(result.output)")
    #expect(result.messages.contains("the run was made with \(named)"), "\(result.messages)")
  }

  @Test func filesAndFolders() throws {
    let result = try inFolder(
      """
      "$APUS" train xor --epochs 3 --run-dir run --output model.safetensors >/dev/null 2>&1
      "$APUS" source run --output main.swift; echo $?
      "$APUS" source run --output main.swift; echo $?
      "$APUS" source run --loop --output main.swift --force; echo $?
      grep -c 'try step(batch)' main.swift
      "$APUS" source nowhere; echo $?
      mkdir empty; "$APUS" source empty; echo $?
      echo '{"command": ["train", "wine"]}' >run/config.json; "$APUS" source run; echo $?
      """)
    #expect(result.output == "0\n64\n0\n1\n64\n1\n65\n", "\(result.messages)")
    #expect(result.messages.contains("\"nowhere\" is no folder"))
    #expect(result.messages.contains("not the rows that the run was trained on"))
  }
}
