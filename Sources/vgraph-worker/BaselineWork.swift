// baseline: compares drawn pictures with the approved ones. Equal hashes need no picture; other pictures are drawn,
// compared tile by tile and put side by side. A difference is a result, not a failure of the stage.
import Composition
import Diagnostics
import Digests
import Media
import Render
import Stages
import Work

extension StageBody {
    static let baseline = StageBody(of: BaselineStage.stage, comparedWithBaseline)
}

@Sendable private func comparedWithBaseline(_ job: Job, _ progress: StageBody.Progress) throws -> Outcome {
    typealias Stage = BaselineStage
    let plan = try job[Stage.plan]
    var comparison = BaselineComparison(baseline: plan.acceptance.baseline, bands: .drawn, isDrawn: true)
    guard let name = plan.acceptance.baseline else {
        return Outcome([try job.write(comparison, to: Stage.comparison), Stage.evidence.made([])])
    }
    var folder = BaselineFolder(name, workspace: job.workspace)
    comparison.refusal = folder.refusal
    var evidence: [String] = []
    if let baseline = folder.baseline {
        let drawing = try DrawnFrames(
            plan, hashes: job[Stage.frames], segments: job[Stage.segments],
            materials: job[Stage.materials], in: job.folders)
        for (index, key) in baseline.frames.enumerated() {
            var frame = try compared(key, baseline, plan, &folder, drawing)
            if let picture = frame.evidence {
                frame.result.evidence = evidence.count
                evidence.append(try job.write(picture, as: "evidence-\(evidence.count).png"))
            }
            comparison.frames.append(frame.result)
            progress(Reply.Progress(done: index + 1, total: baseline.frames.count, unit: "frames"))
        }
    }
    return Outcome(
        [try job.write(comparison, to: Stage.comparison), Stage.evidence.made(evidence)],
        discovered: folder.read)
}

private typealias ComparedFrame = (result: BaselineComparison.Frame, evidence: [UInt8]?)

private func compared(
    _ key: Baseline.KeyFrame, _ baseline: Baseline, _ plan: Plan, _ folder: inout BaselineFolder,
    _ drawing: DrawnFrames
) throws -> ComparedFrame {
    func nothing(_ reason: String, _ frame: Int? = nil) -> ComparedFrame {
        (BaselineComparison.Frame(scene: key.scene, frame: frame, verdict: .different, reason: reason), nil)
    }
    guard let number = plan.frame(of: key) else { return nothing("the scene is gone or has become shorter") }
    if try drawing.hash(number) == key.hash {
        return (BaselineComparison.Frame(scene: key.scene, frame: number, verdict: .same), nil)
    }
    let expected: Bitmap
    switch folder.picture(key) {
    case .success(let bitmap): expected = bitmap
    case .failure(let fault): return nothing(fault.words, number)
    }
    let actual = try drawing.frame(number).bitmap()
    return try judged(key, number, expected: expected, actual: actual, .drawn, plan)
}

/// Judges two pictures by the bands, with a picture of both side by side unless they are alike.
private func judged(
    _ key: Baseline.KeyFrame, _ number: Int, expected: Bitmap, actual: Bitmap, _ bands: LikenessBands,
    _ plan: Plan
) throws -> ComparedFrame {
    guard expected.width == actual.width, expected.height == actual.height,
        let tile = TileLikeness.of(ComparedPicture(expected).planes, ComparedPicture(actual).planes)
    else {
        let words =
            "it was approved at \(expected.width)x\(expected.height) pixels but is now \(actual.width)x\(actual.height)"
        return (BaselineComparison.Frame(scene: key.scene, frame: number, verdict: .different, reason: words), nil)
    }
    let verdict = bands.verdict(tile.value)
    let result = BaselineComparison.Frame(scene: key.scene, frame: number, verdict: verdict, likeness: tile)
    guard verdict != .alike else { return (result, nil) }
    let title = "\(decimals(plan.rate.seconds(ofFrame: number), 2)) s, scene '\(key.scene)'"
    return (result, try EvidencePicture(expected: expected, actual: actual, tile: tile, title: title).png())
}

/// The same comparison for a file that was made elsewhere: with its decoded pictures, and bands that allow for an
/// encoder.
func comparedDecoded(_ media: Job.Input, _ plan: Plan, workspace: String) throws -> BaselineComparison? {
    guard let name = plan.acceptance.baseline else { return nil }
    var comparison = BaselineComparison(baseline: name, bands: .decoded, isDrawn: false)
    var folder = BaselineFolder(name, workspace: workspace)
    comparison.refusal = folder.refusal
    guard let baseline = folder.baseline else { return comparison }
    guard let reader = try? ClipReader(path: media.path, name: media.name) else {
        comparison.refusal = "no pictures were decoded"
        return comparison
    }
    for key in baseline.frames {
        func add(_ reason: String, _ frame: Int?) {
            comparison.frames.append(
                BaselineComparison.Frame(scene: key.scene, frame: frame, verdict: .different, reason: reason))
        }
        guard let number = plan.frame(of: key) else { add("the scene is gone or has become shorter", nil); continue }
        // The middle of the frame, so that rounded time stamps cannot select another frame.
        let time = plan.rate.time(ofFrame: number) + plan.rate.time(ofFrame: 1) * Rational(1, 2)
        guard let actual = try? reader.bitmap(at: time) else { add("cannot decode the picture", number); continue }
        switch folder.picture(key) {
        case .success(let expected):
            let judged = try judged(key, number, expected: expected, actual: actual, .decoded, plan)
            comparison.frames.append(judged.result)
        case .failure(let fault): add(fault.words, number)
        }
    }
    return comparison
}

extension Plan {
    /// The current position of a key frame; nil if its scene is gone or has become too short.
    func frame(of key: Baseline.KeyFrame) -> Int? {
        guard let scene = scenes.first(where: { $0.id == key.scene }), (0..<scene.frames).contains(key.offset) else {
            return nil
        }
        return scene.startFrame + key.offset
    }

    /// The default key frames: the middle of each scene and of each caption; evenly spread if there are too many.
    var keyFrames: [Int] {
        let middles =
            scenes.map { $0.startFrame + $0.frames / 2 }
            + cues.map { $0.startFrame + ($0.endFrame - $0.startFrame) / 2 }
        let all = Set(middles).filter { $0 >= 0 && $0 < frames }.sorted(), limit = 120
        return all.count <= limit ? all : (0..<limit).map { all[$0 * all.count / limit] }
    }
}

/// Frames of a whole video by index, drawn on demand.
final class DrawnFrames {
    private let plan: Plan
    private let hashes: [FrameHashes]
    private let segments: [Unread<Segment>]
    private let materials: Materials
    private let folders: Folders
    private var opened: (span: Int, source: SegmentSource)?

    /// - Parameter hashes: the hashes of each segment's frames that render recorded; empty if they are not known.
    init(
        _ plan: Plan, hashes: [FrameHashes] = [], segments: [Unread<Segment>], materials: Materials,
        in folders: Folders
    ) throws {
        (self.plan, self.hashes) = (plan, hashes)
        (self.segments, self.materials, self.folders) = (segments, materials, folders)
        guard hashes.isEmpty || hashes.count == plan.spans.count, segments.count == plan.spans.count else {
            throw JobProblem.badJob("the plan has \(plan.spans.count) segments, but \(segments.count) are given")
                .diagnostic
        }
    }

    private func place(_ frame: Int) throws -> (span: Int, offset: Int) {
        guard let span = plan.spans.firstIndex(where: { frame >= $0.startFrame && frame < $0.startFrame + $0.frames })
        else {
            throw JobProblem.badJob("no segment has frame \(frame)").diagnostic
        }
        return (span, frame - plan.spans[span].startFrame)
    }

    /// The hash that render recorded, or else that of the drawn frame.
    func hash(_ frame: Int) throws -> Digest {
        let (span, offset) = try place(frame)
        guard !hashes.isEmpty else { return try self.frame(frame).hash }
        guard let hash = hashes[span].hash(ofFrame: offset) else {
            throw JobProblem.badJob("segment \(span) has no frame \(offset)").diagnostic
        }
        return hash
    }

    /// Valid until the next call.
    func frame(_ frame: Int) throws -> I420Frame {
        let (span, offset) = try place(frame)
        if opened?.span != span { opened = (span, try SegmentSource(segments[span].content(), materials, in: folders)) }
        guard let source = opened?.source, offset < source.frames else {
            throw JobProblem.badJob("segment \(span) has no frame \(offset)").diagnostic
        }
        return try source.frame(offset)
    }
}

extension FrameHashes {
    func hash(ofFrame frame: Int) -> Digest? {
        var end = 0
        for run in runs where run.count > 0 {
            end = end.addingReportingOverflow(run.count).partialValue
            if frame < end { return run.hash }
        }
        return nil
    }
}
