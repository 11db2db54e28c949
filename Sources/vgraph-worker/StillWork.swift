// still: draws one frame of a segment as PNG, as render draws it. Not a node: it answers `vgraph show … --frame`.
import Diagnostics
import Render
import Stages
import Work

extension StageBody {
    static let still = StageBody(of: StillRequest.request) { job, _ in
        let source = try SegmentSource(job[StillRequest.segment], job[StillRequest.materials], in: job.folders)
        let frame = try job[StillRequest.frame]
        guard frame < source.frames else { throw WorkerProblem.badStill(frames: source.frames).diagnostic }
        return Outcome([try job.write(source.frame(frame).png(), to: StillRequest.still)])
    }
}
