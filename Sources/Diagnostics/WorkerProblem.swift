// What can go wrong in a worker's loop, apart from the stages.

public enum WorkerProblem: Problem {
    case unknownStage(String)
    case badStill(frames: Int)
    case unexpected(node: String, error: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknownStage(let stage):
            Diagnostic(
                "worker-unknown-stage", fault: .bug, "the worker does not know the stage '\(stage)'",
                hint: "vgraph and vgraph-worker have different versions; build both from one checkout")
        case .badStill(let frames):
            Diagnostic("worker-bad-still", fault: .bug, "the requested still is outside the segment's \(frames) frames")
        case .unexpected(let node, let error):
            Diagnostic("worker-unexpected", fault: .bug, "\(node) stopped with an unexpected error: \(error)")
        }
    }
}
