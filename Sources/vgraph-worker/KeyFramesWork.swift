// keyframes: draws the pictures of a baseline as PNG and writes their list. Not a node: it answers `vgraph baseline
// accept`.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import Render
import Stages
import Work

extension StageBody {
    static let keyFrames = StageBody(of: KeyFramesRequest.request, drawnKeyFrames)
}

@Sendable private func drawnKeyFrames(_ job: Job, _ progress: StageBody.Progress) throws -> Outcome {
    typealias Asked = KeyFramesRequest
    let plan = try job[Asked.plan]
    let drawing = try DrawnFrames(plan, segments: job[Asked.segments], materials: job[Asked.materials], in: job.folders)
    var chosen = try job[Asked.frames].filter((0..<plan.frames).contains)
    var baseline = Baseline(target: try job[Asked.target], size: plan.size, rate: plan.rate, frames: [])
    baseline.isChosen = !chosen.isEmpty
    if chosen.isEmpty { chosen = plan.keyFrames }
    chosen = Array(Set(chosen).sorted().prefix(Baseline.maximumFrames))
    var files: [String] = []
    for (index, frame) in chosen.enumerated() {
        guard let scene = plan.scenes.last(where: { $0.startFrame <= frame && frame < $0.startFrame + $0.frames })
        else { continue }
        let drawn = try drawing.frame(frame), hash = drawn.hash
        let png = Data(try drawn.png())
        let file = try job.write(png, as: padded(baseline.frames.count + 1, 3) + ".png")
        baseline.frames.append(
            .init(
                scene: scene.id, offset: frame - scene.startFrame, hash: hash, file: file,
                sha256: BaselineFolder.sha256(png)))
        files.append(file)
        progress(Reply.Progress(done: index + 1, total: chosen.count, unit: "frames"))
    }
    return Outcome([try job.write(baseline, to: Asked.list), Asked.pictures.made(files)])
}
