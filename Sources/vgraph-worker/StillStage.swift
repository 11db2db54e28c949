// still: one frame of a segment as PNG, as render draws it. Not a node: it answers `vgraph show … --frame`.
import Diagnostics
import Files
import FoundationEssentials
import Render
import Work

func stillStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let source = try SegmentSource(job: job)
    guard case .int(let frame)? = job.parameters["frame"], (0..<source.frames).contains(frame) else {
        throw WorkerProblem.badStill(frames: source.frames).diagnostic
    }
    let path = job.scratch + "/still.png"
    do { try WholeFile.write(source.frame(frame).png(), to: path) } catch let error as SystemFailure {
        throw RenderProblem.unwritable(path: path, reason: error.words).diagnostic
    }
    return Outcome(outputs: ["still": ["still.png"]])
}
