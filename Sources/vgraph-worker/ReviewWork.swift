// review: makes the page for the person who approves the video, and the observations of reviewers as data.
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Media
import Spec
import Stages
import Work

extension StageBody {
    static let review = StageBody(of: ReviewStage.stage, reviewed)
}

@Sendable private func reviewed(_ job: Job, _ progress: StageBody.Progress) throws -> Outcome {
    typealias Stage = ReviewStage
    let media = try job[Stage.media], plan = try job[Stage.plan], report = try job[Stage.check]
    let baseline = try job[Stage.baseline], profile = try job[Stage.profile] ?? .none
    let observations = ReviewReport(
        sha256: report.sha256,
        observations: baselineObservations(baseline, plan, profile) + unanswered(plan))

    let scenes = plan.scenes.map { scene in
        ReviewSheet.Moment(
            frame: scene.startFrame + scene.frames / 2,
            span: scene.startFrame..<(scene.startFrame + scene.frames), caption: nil, scene: scene.id)
    }
    let cues = plan.cues.map { cue in
        let frame = cue.startFrame + (cue.endFrame - cue.startFrame) / 2
        return ReviewSheet.Moment(
            frame: frame, span: cue.startFrame..<cue.endFrame, caption: cue.text,
            scene: plan.scenes.last { $0.startFrame <= frame }?.id)
    }
    var moments = spread(scenes, 80) + spread(cues, 60)
    // A file without pictures still gets a page, whose checks give the reason.
    let known = Posters(plan, try job[Stage.posters].map { try job.decoded($0) })
    for index in moments.indices {
        guard let poster = known.nearest(moments[index].frame, in: moments[index].span) else { continue }
        (moments[index].frame, moments[index].jpeg) = poster
    }
    let missing = moments.indices.filter { moments[$0].jpeg == nil }
    let posters =
        missing.isEmpty
        ? []
        : try? PosterFrames.make(
            path: media.path, name: media.name,
            times: missing.map { plan.rate.seconds(ofFrame: max(0, min(moments[$0].frame, plan.frames - 1))) }
        ) { done in
            progress(Reply.Progress(done: done, total: missing.count, unit: "pictures"))
        }
    for (index, jpeg) in zip(missing, posters ?? []) {
        moments[index].jpeg = jpeg.map { Data($0).base64EncodedString() }
    }

    let found = findings(report, plan, known, media)
    let proofread = ReviewSheet.Proofread.all(
        try job[Stage.findings].flatMap(\.findings), texts: try job[Stage.texts] ?? []
    ) {
        known.nearest($0, in: $1)
    }
    let sheet = ReviewSheet(
        plan: plan, profile: profile, report: report, review: observations, moments: moments,
        found: found, proofread: proofread, baseline: baseline,
        mismatches: mismatches(baseline, try job[Stage.evidence]), file: job.target)
    return Outcome([
        try job.write(sheet.html.utf8, to: Stage.sheet), try job.write(observations, to: Stage.observations),
    ])
}

/// Findings with a time, each with a picture: one that measure made if it lies in the finding's span, else one decoded
/// at its time.
private func findings(_ report: CheckReport, _ plan: Plan, _ known: Posters, _ media: Job.Input) -> [ReviewSheet.Scene]
{
    let length = plan.rate.seconds(ofFrame: plan.frames)
    var found = report.results.filter { $0.verdict == .fail || $0.verdict == .warn }.compactMap {
        result -> ReviewSheet.Scene? in
        guard let from = result.from, from.isFinite, from >= 0, from <= length else { return nil }
        let to = result.to.map { $0.isFinite ? min(max($0, from), length) : from } ?? from
        // A finding about the whole file has no picture.
        guard to - from < length * 0.95 else { return nil }
        var scene = ReviewSheet.Scene(result: result, seconds: (from + to) / 2)
        let frames =
            plan.rate.frame(atSeconds: from)..<max(plan.rate.frame(atSeconds: from) + 1, plan.rate.frame(atSeconds: to))
        if let poster = known.nearest(plan.rate.frame(atSeconds: scene.seconds), in: frames) {
            scene.seconds = plan.rate.seconds(ofFrame: poster.0)
            scene.jpeg = poster.1
        }
        return scene
    }
    found = Array(found.prefix(24))
    let missing = found.indices.filter { found[$0].jpeg == nil }
    guard !missing.isEmpty,
        let posters = try? PosterFrames.make(
            path: media.path, name: media.name,
            times: missing.map { found[$0].seconds })
    else { return found }
    for (index, jpeg) in zip(missing, posters) { found[index].jpeg = jpeg.map { Data($0).base64EncodedString() } }
    return found
}

/// Key frames that differ from the approved ones, the lowest likeness first, with baseline's picture of both.
private func mismatches(_ baseline: BaselineComparison?, _ files: [Job.Input]) -> [ReviewSheet.Mismatch] {
    let open = (baseline?.frames ?? []).filter { $0.verdict == .look || $0.verdict == .different }
        .sorted { ($0.likeness?.value ?? -1) < ($1.likeness?.value ?? -1) }
    return open.prefix(24).map { frame in
        guard let index = frame.evidence, files.indices.contains(index),
            let picture = try? Picture.decode(path: files[index].path),
            let jpeg = try? picture.jpeg(width: picture.width)
        else { return ReviewSheet.Mismatch(frame: frame) }
        return ReviewSheet.Mismatch(frame: frame, jpeg: Data(jpeg).base64EncodedString())
    }
}

/// The small pictures that measure made, by frame.
private struct Posters {
    private var all: [(frame: Int, jpeg: Data)] = []

    init(_ plan: Plan, _ sheets: [SegmentPosters]) {
        guard sheets.count == plan.spans.count else { return }
        for (span, sheet) in zip(plan.spans, sheets) {
            for (frame, jpeg) in zip(sheet.frames, sheet.jpegs) where frame < span.frames {
                all.append((span.startFrame + frame, jpeg))
            }
        }
    }

    /// The picture nearest to a frame, within a span, so that a caption's picture shows the caption.
    func nearest(_ frame: Int, in span: Range<Int>) -> (Int, String?)? {
        all.filter { span.contains($0.frame) }.min { abs($0.frame - frame) < abs($1.frame - frame) }
            .map { ($0.frame, $0.jpeg.base64EncodedString()) }
    }
}

/// An abstention for each claim of the spec, since no reviewer has answered it.
private func unanswered(_ plan: Plan) -> [Observation] {
    plan.claims.map { claim in
        Observation(
            claim: claim, reviewer: "none", verdict: .abstain, severity: .info, startFrame: 0, endFrame: plan.frames,
            evidence: [], rationale: "no reviewer has answered this claim")
    }
}

/// At most `limit` moments, evenly spread.
private func spread(_ moments: [ReviewSheet.Moment], _ limit: Int) -> [ReviewSheet.Moment] {
    moments.count <= limit ? moments : (0..<limit).map { moments[$0 * moments.count / limit] }
}
