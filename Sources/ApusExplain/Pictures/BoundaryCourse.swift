public import ApusDrawing
internal import ApusGraph
public import ApusLayers
public import ApusTraining

/// How the boundary between classes moves while a network learns: a frame for each snapshot of the
/// run (LESSONS 3.2).
///
/// ```swift
/// let course = try BoundaryCourse(network, at: try Snapshots.read(path), parts: parts)
/// try course.animation.write(to: "boundary.svg")
/// ```
public struct BoundaryCourse: Sendable {
  public struct Frame: Sendable {
    /// Epochs done.
    public let epoch: Int
    public let figure: Figure
    /// Rows on the side of their class, and all of them.
    public let right: Int
    public let rows: Int
  }

  public let frames: [Frame]

  /// - Throws: when there is no snapshot, or what ``DecisionBoundary`` throws.
  public init(
    _ network: Network, at snapshots: [Snapshots.Snapshot], parts: [DecisionBoundary.Part]
  ) throws {
    guard !snapshots.isEmpty else {
      throw PictureError("there are no snapshots to draw", kind: .badData)
    }
    frames = try snapshots.map { snapshot in
      let boundary = try DecisionBoundary(try network.restored(to: snapshot), parts: parts)
      var figure = boundary.figure
      figure.title =
        snapshot.epoch == 0
        ? "Decision boundary before training"
        : "Decision boundary after epoch \(snapshot.epoch)"
      return Frame(
        epoch: snapshot.epoch, figure: figure, right: boundary.rightCount,
        rows: boundary.rowCount)
    }
  }

  public var animation: Animation { Animation(frames.map(\.figure.picture)) }

  /// The last frame, with what became of the rows in a sentence and in the table.
  public var figure: Figure {
    var figure = frames[frames.count - 1].figure
    let (first, last) = (frames[0], frames[frames.count - 1])
    let verb = last.right < first.right ? "fall" : "rise"
    figure.caption =
      "From epoch \(first.epoch) to \(last.epoch) the rows on the side of their class \(verb) "
      + "from \(NumberFormat.grouped(first.right)) to \(NumberFormat.grouped(last.right)) of "
      + "\(NumberFormat.grouped(last.rows)). " + figure.caption
    figure.table = FigureTable(
      ["epoch", "right", "rows", "share"],
      rows: frames.map { frame in
        [
          .integer(frame.epoch), .integer(frame.right), .integer(frame.rows),
          .number(Double(frame.right) / Double(max(frame.rows, 1))),
        ]
      })
    return figure
  }
}
