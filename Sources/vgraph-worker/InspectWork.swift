// inspect and checks: check any media file against a plan or a spec and against profiles; and return the table of
// checks. Not nodes: they answer `vgraph check` and `vgraph checks`.
import Composition
import Diagnostics
import Digests
import FoundationEssentials
import Glibc
import Media
import Render
import Spec
import Stages
import Work

extension StageBody {
    static let inspect = StageBody(of: InspectRequest.request) { job, progress in
        let media = try job[InspectRequest.media], held = try HeldAgainst(job, progress: progress)
        let baseline = try held.plan.flatMap { try comparedDecoded(media, $0, workspace: job.workspace) }
        let report = try Media.check(
            path: media.path, name: media.name, plan: held.plan, profile: held.profile,
            promised: held.promised, sound: held.sound, baseline: baseline
        ) { done in
            progress(Reply.Progress(done: done, total: held.plan?.frames ?? 0, unit: "frames"))
        }
        return Outcome([
            try job.write(report, to: InspectRequest.report),
            try job.write(held.findings, to: InspectRequest.findings),
            try job.write(SpecFacts.rules, to: InspectRequest.rules),
        ])
    }

    static let checks = StageBody(of: ChecksRequest.request) { job, _ in
        Outcome([try job.write(SpecFacts.rules, to: ChecksRequest.rules)])
    }
}

/// The reference for a file: a spec or a plan, with its profiles and those named on the command line.
private struct HeldAgainst {
    var plan: Plan?
    var profile: Profile
    var findings: [Diagnostic] = []
    /// The pictures that the spec draws; nil for a plan, which cannot be drawn.
    var promised: PromisedPictures?
    /// The sound that the spec mixes; nil without tracks.
    var sound: PromisedSound?

    init(_ job: Job, progress: (Reply.Progress) -> Void) throws {
        let named = try job[InspectRequest.profiles].map { Profiles.Name($0) }
        if let file = try job[InspectRequest.spec] {
            let props = try job[InspectRequest.props]
            let spec = try job.spec(
                file, props: props, set: job[InspectRequest.set],
                choice: job.choice(format: job[InspectRequest.format]))
            let folders = try Self.folders(of: spec, job)
            let found = try SpecFacts(of: spec, in: folders, profiles: named, progress: progress)
            let drafts = try job.drafts(of: spec, found.facts, in: folders)
            profile = found.profile
            findings = found.findings + (try Proofreading(of: drafts, found.facts, by: profile, in: folders).findings)
            let draft = drafts[0], encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let made = try Spec.plan(draft.video) { Digest.of(Array(try encoder.encode($0))) }
            plan = made.plan
            let sources = MaterialFiles(folders: folders, files: made.materials.files).sources
            promised = SpecPictures(made.plan, made.segments, sources).promised
            if !draft.video.mix.pieces.isEmpty {
                sound = .mix(
                    draft.video.mix,
                    files: made.materials.files.mapValues { SoundFile(path: folders.path($0), name: $0) })
            }
            return
        }
        plan = try job[InspectRequest.plan]
        if named.isEmpty, let given = try job[InspectRequest.profile] {
            profile = given
        } else {
            let files = WorkspaceFiles(folders: job.folders)
            profile = try Profiles.read(named, checks: SpecFacts.rules.map(\.id)) { try files.read($0)?.bytes }
        }
    }
}

extension HeldAgainst {
    /// The folder that contains all the spec's files: the working folder, or else the spec's folder or one above it.
    fileprivate static func folders(of spec: ValidSpec, _ job: Job) throws -> Folders {
        var folders = [job.workspace]
        var folder = try job[InspectRequest.beside].split(separator: "/")
        while !folder.isEmpty, folders.count < 16 {
            folders.append("/" + folder.joined(separator: "/"))
            folder.removeLast()
        }
        func holdsAll(_ folders: Folders) -> Bool {
            spec.references.allSatisfy { access(folders.path($0.path), R_OK) == 0 }
        }
        return folders.lazy.map { Folders(workspace: $0, roots: job.roots ?? [:]) }.first(where: holdsAll)
            ?? job.folders
    }
}

/// The pictures of a spec by index, drawn segment by segment.
private final class SpecPictures {
    private let plan: Plan
    private let segments: [Segment]
    private let sources: LayerSources
    private var opened: (span: Int, renderer: SegmentRenderer)?

    init(_ plan: Plan, _ segments: [Segment], _ sources: LayerSources) {
        (self.plan, self.segments, self.sources) = (plan, segments, sources)
    }

    var promised: PromisedPictures {
        // Compares four pictures a second in detail, and one in the middle of each caption.
        let often = max(1, Int((plan.rate.perSecond / 4).rounded()))
        let looks = Set(stride(from: often / 2, to: plan.frames, by: often)).union(
            plan.cues.map { ($0.startFrame + $0.endFrame) / 2 })
        return PromisedPictures(
            size: plan.size, rate: plan.rate, frames: plan.frames, looks: looks,
            picture: { try self.at($0) { try $0.frame($1).planes } },
            repeatsPrevious: { try self.at($0) { try $0.repeatsPrevious($1) } })
    }

    private func at<Result>(_ frame: Int, _ body: (SegmentRenderer, Int) throws -> Result) throws -> Result {
        let span = plan.spans.lastIndex { $0.startFrame <= frame } ?? 0
        if opened?.span != span { opened = (span, try SegmentRenderer(segments[span], sources: sources)) }
        return try body(opened!.renderer, min(segments[span].frames - 1, frame - plan.spans[span].startFrame))
    }
}
