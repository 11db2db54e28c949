// review: what a person needs to decide, on one page, and what reviewers observed, as data.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import Work

func reviewStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    let plan = try job.value(Plan.self, "plan"), report = try job.value(CheckReport.self, "check")
    let observations = ReviewReport(sha256: report.sha256, observations: unanswered(plan))

    let scenes = plan.scenes.map { ReviewSheet.Moment(frame: $0.startFrame + $0.frames / 2, span: $0.startFrame..<($0.startFrame + $0.frames), caption: nil, scene: $0.id) }
    let cues = plan.cues.map { cue in
        let frame = cue.startFrame + (cue.endFrame - cue.startFrame) / 2
        return ReviewSheet.Moment(frame: frame, span: cue.startFrame..<cue.endFrame, caption: cue.text, scene: plan.scenes.last { $0.startFrame <= frame }?.id)
    }
    var moments = spread(scenes, 80) + spread(cues, 60)
    // A file that cannot be shown still has a page: its checks say why.
    let known = Posters(plan, try job.values(SegmentPosters.self, "posters"))
    for index in moments.indices {
        guard let poster = known.nearest(moments[index].frame, in: moments[index].span) else { continue }
        (moments[index].frame, moments[index].jpeg) = poster
    }
    let missing = moments.indices.filter { moments[$0].jpeg == nil }
    let posters = missing.isEmpty ? [] : try? PosterFrames.make(
        path: job.file("media"), name: job.names["media"]?.first,
        times: missing.map { plan.rate.seconds(ofFrame: max(0, min(moments[$0].frame, plan.frames - 1))) }) { done in
            progress(Reply.Progress(done: done, total: missing.count, unit: "pictures"))
        }
    for (index, jpeg) in zip(missing, posters ?? []) { moments[index].jpeg = jpeg.map { Data($0).base64EncodedString() } }

    // The target, as the user names it: a node is called launch.mp4:review.
    let target = String(job.node.prefix { $0 != ":" })
    let sheet = ReviewSheet(plan: plan, report: report, review: observations, moments: moments, file: target)
    do { try Data(sheet.html.utf8).write(to: URL(filePath: job.scratch + "/review.html")) } catch {
        throw EncodeProblem.media(doing: "write 'review.html'", reason: "\(error)").diagnostic
    }
    try job.write(observations, "review.json")
    return Outcome(outputs: ["sheet": ["review.html"], "observations": ["review.json"]])
}

/// The small pictures that measure made, by frame of the video.
private struct Posters {
    private var all: [(frame: Int, jpeg: Data)] = []

    init(_ plan: Plan, _ sheets: [SegmentPosters]) {
        guard sheets.count == plan.spans.count else { return }
        for (span, sheet) in zip(plan.spans, sheets) {
            for (frame, jpeg) in zip(sheet.frames, sheet.jpegs) where frame < span.frames { all.append((span.startFrame + frame, jpeg)) }
        }
    }

    /// The one nearest to a frame, among those within a span: a caption's picture has to show the caption.
    func nearest(_ frame: Int, in span: Range<Int>) -> (Int, String?)? {
        all.filter { span.contains($0.frame) }.min { abs($0.frame - frame) < abs($1.frame - frame) }.map { ($0.frame, $0.jpeg.base64EncodedString()) }
    }
}

/// Claims are answered by reviewers; none has been asked, and an unanswered claim is not a confirmed one.
private func unanswered(_ plan: Plan) -> [Observation] {
    plan.claims.map { claim in
        Observation(claim: claim, reviewer: "none", verdict: .abstain, severity: .info, startFrame: 0, endFrame: plan.frames,
                    evidence: [], rationale: "no reviewer has answered this claim")
    }
}

/// At most `limit` of them, evenly spread.
private func spread(_ moments: [ReviewSheet.Moment], _ limit: Int) -> [ReviewSheet.Moment] {
    moments.count <= limit ? moments : (0..<limit).map { moments[$0 * moments.count / limit] }
}
