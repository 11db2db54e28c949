// review: collects what the review sheet shows of a film, with pictures, and makes the build's own observations.
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

    // Each with the frames that show the same; any of them will do.
    let scenes = plan.scenes.map { scene in
        (
            SheetContent.Moment(frame: scene.startFrame + scene.frames / 2, caption: nil, scene: scene.id),
            scene.startFrame..<(scene.startFrame + scene.frames)
        )
    }
    let cues = plan.cues.map { cue -> (SheetContent.Moment, Range<Int>) in
        let frame = cue.startFrame + (cue.endFrame - cue.startFrame) / 2
        return (
            SheetContent.Moment(
                frame: frame, caption: cue.text, scene: plan.scenes.last { $0.startFrame <= frame }?.id),
            cue.startFrame..<cue.endFrame
        )
    }
    let chosen = spread(scenes, 80) + spread(cues, 60)
    var moments = chosen.map(\.0)
    // A file without pictures still gets a page, whose checks give the reason.
    let known = Posters(plan, try job[Stage.posters].map { try job.decoded($0) })
    for index in moments.indices {
        guard let poster = known.nearest(moments[index].frame, in: chosen[index].1) else { continue }
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
    let proofread = proofread(
        try job[Stage.findings].flatMap(\.findings), texts: try job[Stage.texts] ?? []
    ) {
        known.nearest($0, in: $1)
    }
    let content = SheetContent(
        plan: plan, report: report, loudness: loudness(plan, profile), moments: moments, found: found,
        proofread: proofread, baseline: baseline, mismatches: mismatches(baseline, try job[Stage.evidence]))
    return Outcome([
        try job.write(content, to: Stage.sheet), try job.write(observations, to: Stage.observations),
    ])
}

/// The line in the curve of the loudness. As in D06, a profile's limits take precedence over the target of the mix.
private func loudness(_ plan: Plan, _ profile: Profile) -> SheetContent.Target? {
    if let limit = profile[.loudness], let one = limit.least ?? limit.most {
        return SheetContent.Target(value: (one + (limit.most ?? one)) / 2, words: limit.words(.loudness))
    }
    return plan.loudness.map {
        SheetContent.Target(value: $0.integrated, words: "target \(tenths($0.integrated)) LUFS")
    }
}

/// Findings with a time, each with a picture: one that measure made if it lies in the finding's span, else one decoded
/// at its time.
private func findings(_ report: CheckReport, _ plan: Plan, _ known: Posters, _ media: Job.Input)
    -> [SheetContent.Found]
{
    let length = plan.rate.seconds(ofFrame: plan.frames)
    var found = report.results.filter { $0.verdict == .fail || $0.verdict == .warn }.compactMap {
        result -> SheetContent.Found? in
        guard let from = result.from, from.isFinite, from >= 0, from <= length else { return nil }
        let to = result.to.map { $0.isFinite ? min(max($0, from), length) : from } ?? from
        // A finding about the whole file has no picture.
        guard to - from < length * 0.95 else { return nil }
        var scene = SheetContent.Found(result: result, seconds: (from + to) / 2)
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
private func mismatches(_ baseline: BaselineComparison?, _ files: [Job.Input]) -> [SheetContent.Mismatch] {
    let open = (baseline?.frames ?? []).filter { $0.verdict == .look || $0.verdict == .different }
        .sorted { ($0.likeness?.value ?? -1) < ($1.likeness?.value ?? -1) }
    return open.prefix(24).map { frame in
        guard let index = frame.evidence, files.indices.contains(index),
            let picture = try? Picture.decode(path: files[index].path),
            let jpeg = try? picture.jpeg(width: picture.width)
        else { return SheetContent.Mismatch(frame: frame) }
        return SheetContent.Mismatch(frame: frame, jpeg: Data(jpeg).base64EncodedString())
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
private func spread<Moment>(_ moments: [Moment], _ limit: Int) -> [Moment] {
    moments.count <= limit ? moments : (0..<limit).map { moments[$0 * moments.count / limit] }
}

/// - texts: where each text is written and when it is shown; poster: returns the picture of a span that is nearest to a
///   frame.
private func proofread(
    _ findings: [Diagnostic], texts: [TextPlace], poster: (Int, Range<Int>) -> (Int, String?)?
) -> [SheetContent.Proofread] {
    var pictures = 0
    return findings.map { finding in
        var item = SheetContent.Proofread(
            finding: finding, title: ProofCheck.rules.first { $0.id == finding.id }?.title ?? "")
        guard let place = finding.place, let text = texts.first(where: { $0.place.isSame(as: place) }),
            text.from < text.to
        else { return item }
        let middle = text.from + (text.to - text.from) / 2
        item.frame = middle
        // More pictures would make the page too long to read.
        guard pictures < 24, let found = poster(middle, text.from..<text.to) else { return item }
        pictures += 1
        (item.frame, item.jpeg) = found
        return item
    }
}

extension Place {
    fileprivate func isSame(as other: Place) -> Bool {
        file == other.file && line == other.line && column == other.column
    }
}

/// Pictures between the bands need a person: until someone approves them, or they look as approved again, they block
/// the gate. If the rules lower the severity of D13, they lower the severity of these too.
private func baselineObservations(_ comparison: BaselineComparison?, _ plan: Plan, _ profile: Profile) -> [Observation]
{
    let severity = profile.severity(of: "D13", or: .fail)
    guard let comparison, let folder = comparison.baseline, severity != .off else { return [] }
    return comparison.frames.compactMap { frame in
        guard frame.verdict == .look, let number = frame.frame, let tile = frame.likeness else { return nil }
        let time = decimals(plan.rate.seconds(ofFrame: number), 2)
        return Observation(
            claim: "the picture at \(time) s (scene '\(frame.scene)') is as approved in '\(folder)'",
            reviewer: "baseline", verdict: .contradicts,
            severity: severity == .warn ? .minor : .major, startFrame: number, endFrame: number + 1,
            evidence: frame.evidence.map { ["baseline.evidence[\($0)]"] } ?? [],
            rationale:
                "likeness \(tile.words) in the tile at \(tile.x), \(tile.y), between "
                + "\(decimals(comparison.bands.fail, 2)) and \(decimals(comparison.bands.pass, 2)): a person has to "
                + "look; 'vgraph baseline accept' approves it")
    }
}
