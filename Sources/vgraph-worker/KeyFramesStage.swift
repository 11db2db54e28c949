// keyframes: the pictures that a baseline keeps, drawn as PNG, and their list. Not a node: it answers `vgraph baseline accept`.
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Media
import Render
import Work

func keyFramesStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let plan = try job.value(Plan.self, "plan"), drawing = try DrawnFrames(job, plan)
    var chosen: [Int] = []
    if case .array(let values)? = job.parameters["frames"] {
        for case .int(let frame) in values where (0..<plan.frames).contains(frame) && !chosen.contains(frame) { chosen.append(frame) }
    }
    var baseline = Baseline(target: try job.text("target", default: ""), size: plan.size, rate: plan.rate, frames: [])
    baseline.isChosen = !chosen.isEmpty
    if chosen.isEmpty { chosen = plan.keyFrames }
    chosen = Array(chosen.sorted().prefix(Baseline.maximumFrames))
    var files: [String] = []
    for (index, frame) in chosen.enumerated() {
        guard let scene = plan.scenes.last(where: { $0.startFrame <= frame && frame < $0.startFrame + $0.frames }) else { continue }
        let drawn = try drawing.frame(frame), hash = drawn.hash
        let png = Data(try drawn.png()), file = "\(baseline.frames.count + 1 < 10 ? "00" : baseline.frames.count + 1 < 100 ? "0" : "")\(baseline.frames.count + 1).png"
        do { try WholeFile.write(png, to: job.scratch + "/" + file) } catch {
            throw EncodeProblem.media(doing: "write '\(file)'", reason: words(of: error)).diagnostic
        }
        baseline.frames.append(.init(scene: scene.id, offset: frame - scene.startFrame, hash: hash, file: file, sha256: BaselineFolder.sha256(png)))
        files.append(file)
        progress(Reply.Progress(done: index + 1, total: chosen.count, unit: "frames"))
    }
    try job.write(baseline, Baseline.fileName)
    return Outcome(outputs: ["list": [Baseline.fileName], "pictures": files])
}
